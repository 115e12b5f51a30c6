package dev.tidewait.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.netty.Transport;
import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.failure.EndCause;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A listener that a reload has removed accepts nobody; whoever it had accepted goes on to his end, which always comes. */
class RemovedListenerTest {
    private static final Duration SOON = Duration.ofMillis(300);

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO"})
    void shouldLetATunnelEndInPeace(Transport kind) throws Exception {
        try (Bench bench = Bench.tcp(kind, Bench.PATIENT);
                RawPeer client = new RawPeer(bench.client());
                RawPeer server = new RawPeer(bench.accepted())) {
            client.send("before");
            assertThat(server.bytes(6)).isEqualTo("before");
            remove(bench, Bench.PATIENT);
            client.send("after");
            assertThat(server.bytes(5)).isEqualTo("after");
            client.endOutput();
            server.shouldEnd();
            server.send("goodbye");
            server.endOutput();
            assertThat(client.rest()).isEqualTo("goodbye");
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.CLIENT_CLOSED);
            assertThat(bench.records.awaitFirst().listener()).isEqualTo("test");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO"})
    void shouldServeAKeptConnectionUntilItIsIdle(Transport kind) throws Exception {
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/one"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                answer(server, "GET /one ");
                assertThat(client.message()).endsWith("hello");
                remove(bench, Patience.withClientIdle(SOON));
                client.send(get(bench, "/two"));
                answer(server, "GET /two ");
                assertThat(client.message()).startsWith("HTTP/1.1 200 ").endsWith("hello");
                client.shouldEnd();
            }
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.IDLE);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO"})
    void shouldEndASilentTunnelByItsIdleTime(Transport kind) throws Exception {
        try (Bench bench = Bench.tcp(kind, Bench.timeouts(SOON, SOON));
                RawPeer client = new RawPeer(bench.client());
                RawPeer server = new RawPeer(bench.accepted())) {
            remove(bench, Bench.PATIENT);
            client.shouldEnd();
            server.shouldEnd();
            client.endOutput();
            server.endOutput();
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.IDLE);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO"})
    void shouldResetWhatIsStillOpenAtTheEndOfAStopsDrain(Transport kind) throws Exception {
        try (Bench bench = Bench.tcp(kind, Bench.PATIENT);
                RawPeer client = new RawPeer(bench.client());
                RawPeer server = new RawPeer(bench.accepted())) {
            client.send("x");
            assertThat(server.bytes(1)).isEqualTo("x");
            remove(bench, Patience.withDrain(SOON));
            bench.expectResets(1);
            assertThat(bench.server.stop().get(10, TimeUnit.SECONDS).resetCount())
                    .isEqualTo(1);
            client.shouldBeReset();
            server.shouldBeReset();
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.DRAINED);
        }
    }

    /** Reloads with other listeners instead. */
    private static void remove(Bench bench, Timeouts timeouts) throws IOException {
        InetSocketAddress gone = bench.server.address("test");
        HostPort server = new HostPort("127.0.0.1", bench.origin.getLocalPort());
        bench.server.reload(new ProxySettings(
                List.of(
                        new TcpListenerSettings("other", Bench.loopback(0), List.of(server)),
                        new HttpProxyListenerSettings("another", Bench.loopback(0), Bench.everything())),
                timeouts));
        // NIO gives the descriptor back only when its selector has been asked once more.
        Until.isTrue("nobody is accepted at " + gone, () -> isRefused(gone));
        Until.isTrue("only the one from before is left", () -> bench.server.activeCount() == 1);
    }

    private static boolean isRefused(InetSocketAddress address) {
        try (Socket accepted = new Socket(address.getAddress(), address.getPort())) {
            return !accepted.isConnected();
        } catch (ConnectException refused) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String get(Bench bench, String path) {
        return "GET http://" + bench.authority() + path + " HTTP/1.1\r\nHost: " + bench.authority() + "\r\n\r\n";
    }

    private static void answer(RawPeer server, String asked) throws IOException {
        assertThat(server.head()).startsWith(asked);
        server.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
    }
}
