package dev.tidewait.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.netty.Transport;
import dev.tidewait.proxy.access.AccessRules;
import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.facts.Closer;
import dev.tidewait.proxy.facts.ExchangeKind;
import dev.tidewait.proxy.facts.ExchangeRecord;
import dev.tidewait.proxy.failure.EndCause;
import dev.tidewait.proxy.failure.ProxyError;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the access log is told of tunnels. */
class ExchangeRecordTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(200);

    @Test
    void shouldTellWhatATunnelDid() throws Exception {
        long before = System.currentTimeMillis();
        try (Bench bench = Bench.tcp(Transport.EPOLL, Bench.PATIENT)) {
            Socket client = bench.client();
            int clientPort = client.getLocalPort();
            Socket server = bench.accepted();
            client.getOutputStream().write(new byte[10]);
            assertThat(server.getInputStream().readNBytes(10)).hasSize(10);
            server.getOutputStream().write(new byte[20]);
            assertThat(client.getInputStream().readNBytes(20)).hasSize(20);
            Bench.end(server);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            Bench.end(client);

            ExchangeRecord record = bench.records.awaitFirst();
            assertThat(record.kind()).isEqualTo(ExchangeKind.TCP);
            assertThat(record.listener()).isEqualTo("test");
            assertThat(record.client().getPort()).isEqualTo(clientPort);
            assertThat(record.bytesUp()).isEqualTo(10);
            assertThat(record.bytesDown()).isEqualTo(20);
            assertThat(record.connectAttempts()).isEqualTo(1);
            assertThat(record.status()).isEqualTo(ExchangeRecord.NOT_TOLD);
            assertThat(record.closedFirst()).isEqualTo(Closer.SERVER);
            assertThat(record.cause()).isEqualTo(EndCause.SERVER_CLOSED);
            assertThat(record.failure()).isEmpty();
            assertThat(record.beganMillis()).isBetween(before, System.currentTimeMillis());
            assertThat(record.durationNanos()).isPositive();
            assertThat(bench.records.all).hasSize(1);
        }
    }

    @Test
    void shouldTellWhoClosedFirstAlsoWhereADeadlineEndedIt() throws Exception {
        try (Bench bench = Bench.tcp(Transport.EPOLL, Bench.timeouts(LONG, SHORT));
                Socket client = bench.client();
                Socket server = bench.accepted()) {
            client.shutdownOutput();
            assertThat(server.getInputStream().read()).isEqualTo(-1);
            ExchangeRecord record = bench.records.awaitFirst();
            assertThat(record.cause()).isEqualTo(EndCause.HALF_CLOSED);
            assertThat(record.closedFirst()).isEqualTo(Closer.CLIENT);
        }
        try (Bench bench = Bench.tcp(Transport.EPOLL, Bench.timeouts(SHORT, SHORT));
                Socket client = bench.client();
                Socket server = bench.accepted()) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(server.getInputStream().read()).isEqualTo(-1);
            Bench.end(client);
            Bench.end(server);
            ExchangeRecord record = bench.records.awaitFirst();
            assertThat(record.cause()).isEqualTo(EndCause.IDLE);
            assertThat(record.closedFirst()).isEqualTo(Closer.PROXY);
        }
    }

    @Test
    void shouldTellWhatWasAskedForAndWhyItFailed() throws Exception {
        ExchangeRecord denied = afterAsking("CONNECT 127.0.0.1:443 HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(denied.kind()).isEqualTo(ExchangeKind.CONNECT);
        assertThat(denied.method()).isEqualTo("CONNECT");
        assertThat(denied.target()).isEqualTo("127.0.0.1:443");
        assertThat(denied.status()).isEqualTo(403);
        assertThat(denied.cause()).isEqualTo(EndCause.REFUSED);
        assertThat(denied.connectAttempts()).isZero();
        assertThat(denied.failure()).hasValueSatisfying(failure -> {
            assertThat(failure.error()).isEqualTo(ProxyError.ADDRESS_DENIED);
            assertThat(failure.text()).contains("127.0.0.1");
        });
    }

    @Test
    void shouldTellOfARequestThatCannotBeRead() throws Exception {
        ExchangeRecord unfit = afterAsking("\u0016\u0003\u0001\r\n\r\n");
        assertThat(unfit.status()).isEqualTo(400);
        assertThat(unfit.target()).isEmpty();
        assertThat(unfit.failure())
                .hasValueSatisfying(failure -> assertThat(failure.error()).isEqualTo(ProxyError.BAD_REQUEST));
    }

    @Test
    void shouldCountWhatWasTriedInVain() throws Exception {
        String server = "127.0.0.1:" + portOfNobody();
        assertThat(openProxyAfterAsking("CONNECT " + server + " HTTP/1.1\r\nHost: " + server + "\r\n\r\n")
                        .connectAttempts())
                .isEqualTo(1);
        assertThat(openProxyAfterAsking("GET http://" + server + "/ HTTP/1.1\r\nHost: " + server + "\r\n\r\n")
                        .connectAttempts())
                .isEqualTo(1);
    }

    @Test
    void shouldCountTheServersThatWereTried() throws Exception {
        int port = portOfNobody();
        List<HostPort> servers = List.of(new HostPort("127.0.0.1", port), new HostPort("127.0.0.2", port));
        try (Bench bench = Bench.tcp(Transport.EPOLL, Bench.PATIENT, servers);
                Socket client = bench.client()) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            ExchangeRecord record = bench.records.awaitFirst();
            assertThat(record.connectAttempts()).isGreaterThan(1);
            assertThat(record.cause()).isEqualTo(EndCause.NOT_CONNECTED);
            assertThat(record.closedFirst()).isEqualTo(Closer.PROXY);
            assertThat(record.failure()).isPresent();
        }
    }

    private static int portOfNobody() throws IOException {
        try (ServerSocket nobody = new ServerSocket(0)) {
            return nobody.getLocalPort();
        }
    }

    private static ExchangeRecord afterAsking(String request) throws Exception {
        try (Bench bench =
                        Bench.connect(Transport.EPOLL, Bench.PATIENT, AccessRules.DEFAULTS, InetAddress::getAllByName);
                Socket client = bench.client()) {
            client.getOutputStream().write(request.getBytes(US_ASCII));
            assertThat(new RawPeer(client).message()).startsWith("HTTP/1.1 4");
            Bench.end(client);
            return bench.records.awaitFirst();
        }
    }

    private static ExchangeRecord openProxyAfterAsking(String request) throws Exception {
        try (Bench bench = Bench.http(Transport.EPOLL);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(request);
            assertThat(client.message()).startsWith("HTTP/1.1 502 ");
            return bench.records.awaitFirst();
        }
    }
}
