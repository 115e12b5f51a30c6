package dev.tidewait.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewait.netty.Transport;
import dev.tidewait.proxy.access.AccessRules;
import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.facts.AccessLog;
import dev.tidewait.proxy.failure.EndCause;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Start and stop. */
class ProxyServerTest {
    private static final List<HostPort> NOWHERE = List.of(new HostPort("127.0.0.1", 1));

    @AfterAll
    static void shouldNotHaveLeaked() {
        assertThat(Leaks.found()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void shouldWaitForOpenExchangesWhenItStops(Transport kind) throws Exception {
        try (Bench bench = Bench.tcp(kind, Bench.PATIENT);
                Socket client = bench.client();
                Socket server = bench.accepted()) {
            client.getOutputStream().write(1);
            assertThat(server.getInputStream().read()).isEqualTo(1);
            CompletableFuture<ProxyServer.StopReport> stop = bench.server.stop();
            // NIO closes a descriptor only when its selector has let go of it.
            Until.isTrue("new clients are refused", () -> isRefused(bench));
            server.getOutputStream().write(2);
            assertThat(client.getInputStream().read()).isEqualTo(2);
            assertThat(stop).isNotDone();
            Bench.end(client);
            assertThat(server.getInputStream().read()).isEqualTo(-1);
            Bench.end(server);
            assertThat(stop.get(10, TimeUnit.SECONDS).resetCount()).isZero();
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.CLIENT_CLOSED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldResetWhatIsOpenAtTheEndOfTheDrain(Transport kind) throws Exception {
        for (long drainMillis : new long[] {0, 200}) {
            try (Bench bench = Bench.tcp(kind, Patience.withDrain(Duration.ofMillis(drainMillis)));
                    Socket client = bench.client();
                    Socket server = bench.accepted()) {
                client.getOutputStream().write(1);
                assertThat(server.getInputStream().read()).isEqualTo(1);
                bench.expectResets(1);
                assertThat(bench.server.stop().get(10, TimeUnit.SECONDS).resetCount())
                        .isEqualTo(1);
                assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
                assertThatThrownBy(() -> server.getInputStream().read()).isInstanceOf(SocketException.class);
                assertThat(bench.awaitEnd()).isEqualTo(EndCause.DRAINED);
                assertThat(bench.server.activeCount()).isZero();
            }
        }
    }

    @Test
    void shouldLetClientsGoThatHaveAskedForNothing() throws Exception {
        try (Bench bench =
                        Bench.connect(Transport.EPOLL, Bench.PATIENT, AccessRules.DEFAULTS, InetAddress::getAllByName);
                Socket client = bench.client()) {
            Until.isTrue("accepted", () -> bench.server.activeCount() == 1);
            assertThat(bench.server.stop().get(2, TimeUnit.SECONDS).resetCount())
                    .isZero();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.DRAINED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldSayWhichAddressIsInUse(Transport kind) throws IOException {
        try (EventLoops loops = EventLoops.open(kind, 2);
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> start(loops, taken.getLocalPort()))
                    .isInstanceOf(BindException.class)
                    .hasMessageContaining("Listener web cannot listen on 127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("in use")
                    .hasMessageContaining("ss -ltnp");
        }
    }

    @Test
    void shouldNotShareAnAddressWithAnotherInstance() throws IOException {
        try (EventLoops loops = EventLoops.open(Transport.EPOLL, 2);
                ServerSocketChannel sharing = ServerSocketChannel.open()) {
            sharing.setOption(StandardSocketOptions.SO_REUSEPORT, true).bind(Bench.loopback(0));
            int sharedPort = sharing.socket().getLocalPort();
            assertThatThrownBy(() -> start(loops, sharedPort)).hasMessageContaining("in use");
            ProxyServer first = start(loops, 0);
            int port = first.address("web").getPort();
            assertThatThrownBy(() -> start(loops, port)).hasMessageContaining("in use");
            first.stop();
            Until.isTrue("the address is free again", () -> {
                try {
                    start(loops, port).stop();
                    return true;
                } catch (BindException stillTaken) {
                    return false;
                }
            });
        }
    }

    @Test
    void shouldSpreadClientsOverTheLoops() throws IOException {
        try (Bench bench = Bench.tcp(Transport.EPOLL, Bench.PATIENT)) {
            for (int i = 0; i < 40; i++) {
                try (Socket client = bench.client();
                        Socket server = bench.accepted()) {
                    client.getOutputStream().write(1);
                    assertThat(server.getInputStream().read()).isEqualTo(1);
                }
            }
            assertThat(bench.connector.requests.stream()
                            .map(request -> request.loop())
                            .distinct())
                    .hasSize(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldOpenAndDescribeTransports(Transport kind) throws IOException {
        try (EventLoops loops = EventLoops.open(kind, 3)) {
            assertThat(loops.all()).hasSize(3);
            assertThat(loops.note()).contains(kind.name().toLowerCase(Locale.ROOT), "3 event loops");
        }
        try (EventLoops loops = EventLoops.open(1)) {
            assertThat(loops.transport()).isEqualTo(Transport.EPOLL);
        }
        assertThatThrownBy(() -> EventLoops.open(kind, 0)).hasMessageContaining("1 to 1024");
    }

    private static boolean isRefused(Bench bench) {
        try (Socket late = bench.client()) {
            return !late.isConnected();
        } catch (IOException refused) {
            return true;
        }
    }

    private static ProxyServer start(EventLoops loops, int port) throws BindException {
        TcpListenerSettings web = new TcpListenerSettings("web", Bench.loopback(port), NOWHERE);
        return ProxyServer.start(
                loops,
                new PlainConnector(loops),
                new ProxySettings(List.of(web), Patience.withDrain(Duration.ZERO)),
                ProxyMetrics.NONE,
                AccessLog.NONE);
    }
}
