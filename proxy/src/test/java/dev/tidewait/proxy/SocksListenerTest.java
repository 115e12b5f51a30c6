package dev.tidewait.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.netty.ConnectFailedException.Reason;
import dev.tidewait.netty.Transport;
import dev.tidewait.proxy.access.AccessRules;
import dev.tidewait.proxy.address.Cidr;
import dev.tidewait.proxy.address.DestinationClass;
import dev.tidewait.proxy.address.PortRange;
import dev.tidewait.proxy.facts.ExchangeKind;
import dev.tidewait.proxy.facts.ExchangeRecord;
import dev.tidewait.proxy.failure.EndCause;
import dev.tidewait.proxy.names.NameFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client sees of a SOCKS5 listener. */
class SocksListenerTest {
    private static final AccessRules OPEN = new AccessRules(
            AccessRules.LOOPBACK_CLIENTS, EnumSet.noneOf(DestinationClass.class), List.of(), List.of(PortRange.ANY));
    private static final String GREETING = "050100";
    private static final String CHOSEN = "0500";
    private static final int CONNECTED_BYTES = 10;

    @AfterAll
    static void shouldNotHaveLeaked() {
        assertThat(Leaks.found()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void shouldTunnelAndNameTheOutgoingConnection(Transport kind) throws IOException {
        try (Bench bench = Bench.socks(kind, Bench.PATIENT, OPEN, SocksListenerTest::names);
                Socket client = bench.client()) {
            write(client, GREETING);
            assertThat(read(client, 2)).isEqualTo(CHOSEN);
            write(client, toOrigin(bench));
            try (Socket server = bench.accepted()) {
                assertThat(read(client, CONNECTED_BYTES)).isEqualTo(connectedFrom(server));
                write(client, "7570");
                assertThat(read(server, 2)).isEqualTo("7570");
                write(server, "646f776e");
                assertThat(read(client, 4)).isEqualTo("646f776e");
                Bench.end(client);
                assertThat(server.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.CLIENT_CLOSED);
            assertThat(bench.metrics.connected).hasValue(1);
            assertThat(bench.metrics.bytesUp).hasValue(3 + 10 + 2);
            assertThat(bench.metrics.bytesDown).hasValue(4);
            assertThat(bench.records.awaitFirst())
                    .returns(ExchangeKind.SOCKS5, ExchangeRecord::kind)
                    .returns("CONNECT", ExchangeRecord::method)
                    .returns("127.0.0.1:" + bench.origin.getLocalPort(), ExchangeRecord::target)
                    .returns(0, ExchangeRecord::status);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldNameAnIpv6Connection(Transport kind) throws IOException {
        try (Bench bench = Bench.socks(kind, Bench.PATIENT, OPEN, SocksListenerTest::names);
                ServerSocket origin = new ServerSocket(0, 1, InetAddress.ofLiteral("::1"));
                Socket client = bench.client()) {
            origin.setSoTimeout(10_000);
            write(client, GREETING + "05010004" + "00".repeat(15) + "01" + port(origin.getLocalPort()));
            try (Socket server = origin.accept()) {
                assertThat(read(client, 2 + 22))
                        .isEqualTo(CHOSEN + "05000004" + "00".repeat(15) + "01" + port(server.getPort()));
            }
            assertThat(read(client, 1)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldRelayWhatComesInOnePieceWithTheRequest(Transport kind) throws IOException {
        String early = "65".repeat(200_000);
        try (Bench bench = Bench.socks(kind, Bench.PATIENT, OPEN, SocksListenerTest::names);
                Socket client = bench.client()) {
            String name = HexFormat.of().formatHex("origin.test".getBytes(ISO_8859_1));
            write(client, GREETING + "050100030b" + name + port(bench.origin.getLocalPort()) + early);
            client.shutdownOutput();
            try (Socket server = bench.accepted()) {
                assertThat(readAll(server)).isEqualTo(early);
                write(server, "6c617465");
                assertThat(read(client, 2 + CONNECTED_BYTES)).isEqualTo(CHOSEN + connectedFrom(server));
            }
            assertThat(readAll(client)).isEqualTo("6c617465");
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldReadByteByByte(Transport kind) throws IOException {
        try (Bench bench = Bench.socks(kind, Bench.PATIENT, OPEN, SocksListenerTest::names);
                Socket client = bench.client()) {
            client.setTcpNoDelay(true);
            for (byte b : HexFormat.of().parseHex("05020200" + toOrigin(bench) + "6561726c79")) {
                client.getOutputStream().write(b);
            }
            try (Socket server = bench.accepted()) {
                assertThat(read(server, 5)).isEqualTo("6561726c79");
                assertThat(read(client, 2 + CONNECTED_BYTES)).isEqualTo(CHOSEN + connectedFrom(server));
            }
        }
    }

    /** Greeting included; the answer is everything up to the end. */
    @ParameterizedTest
    @CsvSource({
        "050102, 05ff, no method that is known",
        "0502 0180, 05ff, no method that is known",
        "0500, 05ff, no method at all",
        "04010050 7f000001 00, 005b000000000000, SOCKS4",
        "474554202f20485454502f312e310d0a0d0a, '', HTTP",
        "1603010200010001fc0303, '', TLS",
        "ff, '', does not speak SOCKS5",
        "050100 0502 0001 7f000001 0050, 0500 0507 0001 00000000 0000, BIND",
        "050100 0503 0001 7f000001 0050, 0500 0507 0001 00000000 0000, UDP ASSOCIATE",
        "050100 0501 0005 7f000001 0050, 0500 0508 0001 00000000 0000, type 5",
        "050100 0501 0101 7f000001 0050, 0500 0501 0001 00000000 0000, reserved",
        "050100 0401 0001 7f000001 0050, 0500 0501 0001 00000000 0000, version 5",
        "050100 0501 0003 0a 32313330373036343333 0050, 0500 0501 0001 00000000 0000, four decimal numbers",
        "050100 0501 0001 7f000001 01bb, 0500 0502 0001 00000000 0000, loopback",
        "050100 0501 0004 00000000000000000000ffff7f000001 01bb, 0500 0502 0001 00000000 0000, loopback",
        "050100 0501 0003 03 3a3a31 01bb, 0500 0502 0001 00000000 0000, loopback",
        "050100 0501 0003 0d 6d657461646174612e74657374 01bb, 0500 0502 0001 00000000 0000, link-local",
        "050100 0501 0001 c0000207 0019, 0500 0502 0001 00000000 0000, port 25 is not one of [443]. Add it to access.socks-ports",
        "050100 0501 0003 0c 756e6b6e6f776e2e74657374 01bb, 0500 0504 0001 00000000 0000, unknown.test has no address",
    })
    void shouldAnswerAndLogWhatIsWrong(String sent, String answer, String hint) throws IOException {
        try (LogLines log = new LogLines();
                Bench bench =
                        Bench.socks(Transport.EPOLL, Bench.PATIENT, AccessRules.DEFAULTS, SocksListenerTest::names);
                Socket client = bench.client()) {
            write(client, sent.replace(" ", ""));
            assertThat(readAll(client)).isEqualTo(answer.replace(" ", ""));
            assertThat(log.containing("listener test"))
                    .singleElement()
                    .asString()
                    .contains("127.0.0.1:", hint);
            assertThat(bench.connector.requests).isEmpty();
            Bench.end(client);
            assertThat(bench.awaitEnd()).isIn(EndCause.REFUSED, EndCause.NOT_CONNECTED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldDeliverItsAnswerEvenWhileTheClientStillSends(Transport kind) throws IOException {
        try (Bench bench = Bench.socks(kind, Bench.PATIENT, OPEN, SocksListenerTest::names);
                Socket client = bench.client()) {
            write(client, GREETING + "05020001" + "00".repeat(500_000));
            assertThat(readAll(client)).isEqualTo(CHOSEN + "05070001000000000000");
        }
    }

    @ParameterizedTest
    @CsvSource({"NO_PORT, 01", "REFUSED, 05", "TIMED_OUT, 06", "UNREACHABLE, 04", "RESET, 05", "LOCAL, 01"})
    void shouldSayWhyThereIsNoConnection(Reason reason, String code) throws IOException {
        try (LogLines log = new LogLines();
                Bench bench = Bench.socks(Transport.EPOLL, Bench.PATIENT, OPEN, SocksListenerTest::names);
                Socket client = bench.client()) {
            bench.connector.failFor(443, reason);
            write(client, GREETING + "05010001c000020701bb");
            assertThat(readAll(client)).isEqualTo(CHOSEN + "05" + code + "000100000000" + "0000");
            Bench.end(client);
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.NOT_CONNECTED);
            assertThat(bench.metrics.connectFailures).containsExactly(reason);
            assertThat(bench.records.awaitFirst().status()).isEqualTo(Integer.parseInt(code));
            boolean ours = reason == Reason.NO_PORT || reason == Reason.LOCAL;
            assertThat(log.containing("answered GENERAL_FAILURE (1)")).hasSize(ours ? 1 : 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldReportRealRefusal(Transport kind) throws IOException {
        try (Bench bench = Bench.socks(kind, Bench.PATIENT, OPEN, SocksListenerTest::names);
                Socket client = bench.client()) {
            write(client, GREETING + "050100017f0000010001");
            assertThat(readAll(client)).isEqualTo(CHOSEN + "05050001000000000000");
        }
    }

    @Test
    void shouldTryTheNextAddressOfAName() throws IOException {
        try (Bench bench = Bench.socks(Transport.EPOLL, Bench.PATIENT, OPEN, host ->
                        new InetAddress[] {InetAddress.ofLiteral("127.0.0.2"), InetAddress.ofLiteral("127.0.0.1")});
                Socket client = bench.client()) {
            write(client, GREETING + "0501000301" + "61" + port(bench.origin.getLocalPort()));
            try (Socket server = bench.accepted()) {
                assertThat(read(client, 2 + CONNECTED_BYTES)).isEqualTo(CHOSEN + connectedFrom(server));
            }
            assertThat(bench.metrics.connectFailures).containsExactly(Reason.REFUSED);
        }
    }

    @Test
    void shouldRefuseClientsThatAreNotAllowed() throws IOException {
        AccessRules others = new AccessRules(
                List.of(Cidr.parse("192.0.2.0/24")),
                EnumSet.noneOf(DestinationClass.class),
                List.of(),
                List.of(PortRange.ANY));
        try (LogLines log = new LogLines();
                Bench bench = Bench.socks(Transport.EPOLL, Bench.PATIENT, others, SocksListenerTest::names);
                Socket client = bench.client()) {
            write(client, GREETING + "05010001c000020701bb");
            assertThat(readAll(client)).isEqualTo(CHOSEN + "05020001000000000000");
            assertThat(log.containing("Clients from 127.0.0.1 may not")).hasSize(1);
            assertThat(bench.connector.requests).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"05", "0502", "050100", "050100" + "050100", "050100" + "0501000309616263"})
    void shouldCloseWhoStopsInTheMiddle(String begin) throws IOException {
        try (Bench bench = Bench.socks(Transport.EPOLL, shortHeader(), OPEN, SocksListenerTest::names);
                Socket client = bench.client()) {
            write(client, begin);
            assertThat(readAll(client)).isEqualTo(begin.startsWith(GREETING) ? CHOSEN : "");
            Bench.end(client);
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.REFUSED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldCloseASilentClient(Transport kind) throws IOException {
        try (Bench bench = Bench.socks(kind, shortHeader(), OPEN, SocksListenerTest::names);
                Socket client = bench.client()) {
            assertThat(readAll(client)).isEmpty();
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.NO_REQUEST);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "05", "050100", "050100" + "0501"})
    void shouldEndWhenTheClientEndsItsSide(String begin) throws IOException {
        try (Bench bench = Bench.socks(Transport.EPOLL, Bench.PATIENT, OPEN, SocksListenerTest::names);
                Socket client = bench.client()) {
            write(client, begin);
            client.shutdownOutput();
            assertThat(readAll(client)).isEqualTo(begin.startsWith(GREETING) ? CHOSEN : "");
            assertThat(bench.awaitEnd()).isEqualTo(begin.isEmpty() ? EndCause.NO_REQUEST : EndCause.REFUSED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "05", "050100", "050100" + "0501"})
    void shouldEndWhenTheClientResets(String begin) throws IOException {
        try (Bench bench = Bench.socks(Transport.EPOLL, Bench.PATIENT, OPEN, SocksListenerTest::names);
                Socket client = bench.client()) {
            write(client, begin);
            Until.isTrue("accepted", () -> bench.metrics.accepted.get() == 1);
            Bench.reset(client);
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.CLIENT_RESET);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldEndWhenTheClientResetsWhileItsNameIsLookedUp(Transport kind) throws IOException {
        CountDownLatch later = new CountDownLatch(1);
        try (Bench bench = Bench.socks(kind, Bench.PATIENT, OPEN, host -> blockOn(later));
                Socket client = bench.client()) {
            write(client, GREETING + "0501000301" + "61" + "0050");
            assertThat(read(client, 2)).isEqualTo(CHOSEN);
            Bench.reset(client);
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.CLIENT_RESET);
            later.countDown();
            assertThat(bench.connector.requests).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldGiveUpTheConnectWhenTheClientResets(Transport kind) throws IOException {
        try (Bench bench = Bench.socks(kind, Bench.PATIENT, OPEN, SocksListenerTest::names);
                Socket client = bench.client()) {
            CompletableFuture<Void> gate = bench.connector.closeGate();
            write(client, GREETING + toOrigin(bench));
            assertThat(read(client, 2)).isEqualTo(CHOSEN);
            Until.isTrue("a connect is under way", () -> bench.connector.requests.size() == 1);
            Bench.reset(client);
            Until.isTrue("the connect is cancelled", () -> bench.connector.cancelled.get() == 1);
            gate.complete(null);
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.CLIENT_RESET);
        }
    }

    @Test
    void shouldSayHostUnreachableWhenTheNameServiceIsSilent() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        try (LogLines log = new LogLines();
                Bench bench = Bench.socks(Transport.EPOLL, shortHeader(), OPEN, host -> blockOn(never));
                Socket client = bench.client()) {
            write(client, GREETING + "0501000301" + "61" + "0050");
            assertThat(readAll(client)).isEqualTo(CHOSEN + "05040001000000000000");
            assertThat(log.containing("gave no answer for a in time")).hasSize(1);
            assertThat(bench.metrics.nameFailures).containsExactly(NameFailure.TIMED_OUT);
            never.countDown();
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldPassTheServersResetOn(Transport kind) throws IOException {
        try (Bench bench = Bench.socks(kind, Bench.PATIENT, OPEN, SocksListenerTest::names);
                Socket client = bench.client()) {
            write(client, GREETING + toOrigin(bench));
            try (Socket server = bench.accepted()) {
                assertThat(read(client, 2 + CONNECTED_BYTES)).isEqualTo(CHOSEN + connectedFrom(server));
                Bench.reset(server);
            }
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.SERVER_RESET);
        }
    }

    private static InetAddress[] names(String host) throws UnknownHostException {
        return switch (host) {
            case "origin.test" -> new InetAddress[] {InetAddress.getLoopbackAddress()};
            case "metadata.test" -> new InetAddress[] {InetAddress.ofLiteral("169.254.169.254")};
            default -> throw new UnknownHostException(host);
        };
    }

    private static InetAddress[] blockOn(CountDownLatch latch) throws UnknownHostException {
        try {
            boolean released = latch.await(10, TimeUnit.SECONDS);
            throw new UnknownHostException("released: " + released);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new UnknownHostException("stopped");
        }
    }

    private static Timeouts shortHeader() {
        Duration shortly = Duration.ofMillis(200);
        return Patience.beforeConnect(shortly, shortly);
    }

    /** A request for the bench's origin. */
    private static String toOrigin(Bench bench) {
        return "050100017f000001" + port(bench.origin.getLocalPort());
    }

    /** The reply that names the address and port that the server sees. */
    private static String connectedFrom(Socket server) {
        InetSocketAddress seen = (InetSocketAddress) server.getRemoteSocketAddress();
        return "05000001" + HexFormat.of().formatHex(seen.getAddress().getAddress()) + port(seen.getPort());
    }

    private static String port(int port) {
        return HexFormat.of().toHexDigits((short) port);
    }

    private static void write(Socket socket, String hex) throws IOException {
        socket.getOutputStream().write(HexFormat.of().parseHex(hex));
    }

    private static String read(Socket socket, int byteCount) throws IOException {
        return HexFormat.of().formatHex(socket.getInputStream().readNBytes(byteCount));
    }

    private static String readAll(Socket socket) throws IOException {
        return HexFormat.of().formatHex(socket.getInputStream().readAllBytes());
    }
}
