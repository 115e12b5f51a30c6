package dev.tidewait.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.netty.ConnectFailedException.Reason;
import dev.tidewait.netty.Transport;
import dev.tidewait.proxy.access.AccessRules;
import dev.tidewait.proxy.address.Cidr;
import dev.tidewait.proxy.address.DestinationClass;
import dev.tidewait.proxy.address.PortRange;
import dev.tidewait.proxy.failure.EndCause;
import dev.tidewait.proxy.names.NameFailure;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an HTTP client sees of a CONNECT listener. */
class HttpProxyListenerTest {
    private static final AccessRules OPEN = new AccessRules(
            AccessRules.LOOPBACK_CLIENTS, EnumSet.noneOf(DestinationClass.class), List.of(), List.of(PortRange.ANY));
    private static final String ESTABLISHED = "HTTP/1.1 200 Connection established\r\n\r\n";

    @AfterAll
    static void shouldNotHaveLeaked() {
        assertThat(Leaks.found()).isEmpty();
    }

    /** It was meant for the other end of a tunnel. */
    @ParameterizedTest
    @EnumSource
    void shouldTakeNothingBehindARefusedTunnelForARequest(Transport kind) throws IOException {
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.send("CONNECT 127.0.0.1:1 HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n" + ConversationTest.get(bench, "/"));
            assertThat(client.message()).startsWith("HTTP/1.1 502 ").contains("\r\nConnection: close\r\n");
            client.shouldEnd();
            assertThat(bench.connector.channels).noneMatch(Channel::isOpen);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldTunnelAfterItsAnswer(Transport kind) throws IOException {
        try (Bench bench = Bench.connect(kind, Bench.PATIENT, OPEN, HttpProxyListenerTest::names);
                Socket client = bench.client()) {
            write(client, connect("127.0.0.1:" + bench.origin.getLocalPort()));
            try (Socket server = bench.accepted()) {
                assertThat(read(client, ESTABLISHED.length())).isEqualTo(ESTABLISHED);
                write(client, "up");
                assertThat(read(server, 2)).isEqualTo("up");
                write(server, "down");
                assertThat(read(client, 4)).isEqualTo("down");
                Bench.end(client);
                assertThat(server.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.CLIENT_CLOSED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldRelayWhatComesTogetherWithTheHead(Transport kind) throws IOException {
        String early = "e".repeat(200_000);
        try (Bench bench = Bench.connect(kind, Bench.PATIENT, OPEN, HttpProxyListenerTest::names);
                Socket client = bench.client()) {
            write(client, connect("origin.test:" + bench.origin.getLocalPort()) + early);
            client.shutdownOutput();
            try (Socket server = bench.accepted()) {
                assertThat(new String(server.getInputStream().readAllBytes(), ISO_8859_1))
                        .isEqualTo(early);
                write(server, "late answer");
            }
            assertThat(readAll(client)).isEqualTo(ESTABLISHED + "late answer");
        }
    }

    @Test
    void shouldReadAHeadThatComesByteByByte() throws IOException {
        try (Bench bench = Bench.connect(Transport.EPOLL, Bench.PATIENT, OPEN, HttpProxyListenerTest::names);
                Socket client = bench.client()) {
            client.setTcpNoDelay(true);
            for (byte b : ("\r\n" + connect("127.0.0.1:" + bench.origin.getLocalPort()) + "early").getBytes(US_ASCII)) {
                client.getOutputStream().write(b);
            }
            try (Socket server = bench.accepted()) {
                assertThat(read(server, 5)).isEqualTo("early");
            }
            assertThat(readAll(client)).isEqualTo(ESTABLISHED);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET http://a.test/ HTTP/1.1\\r\\nHost: a.test\\r\\n\\r\\n | 502 | dns_error | a.test",
                "GET /index.html HTTP/1.1\\r\\nHost: a.test\\r\\n\\r\\n | 400 | http_request_error | not a web server",
                "BREW a HTTP/1.1\\r\\nHost: a.test\\r\\n\\r\\n | 501 | http_request_error | http://",
                "PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n | 505 | http_request_error | HTTP/1.1",
                "CONNECT a.test HTTP/1.1\\r\\nHost: a.test\\r\\n\\r\\n | 400 | http_request_error | port is missing",
                "CONNECT a.test:443 HTTP/1.1\\nHost: a.test\\n\\n | 400 | http_request_error | CRLF",
                "CONNECT a.test:443 HTTP/1.1\\r\\nHost: a.test\\rX\\r\\n\\r\\n | 400 | http_request_error | CRLF",
                "CONNECT a.test:443\\0 HTTP/1.1\\r\\n | 400 | http_request_error | NUL",
                "\\r\\n\\r\\nCONNECT a.test:443 HTTP/1.1\\r\\n | 400 | http_request_error | empty line",
                "\\x16\\x03\\x01 | 400 | http_request_error | TLS",
                "\\x05\\x01 | 400 | http_request_error | SOCKS",
                "CONNECT a.test:80 HTTP/1.1\\r\\nHost: a.test\\r\\n\\r\\n | 403 | http_request_denied | connect-ports",
                "CONNECT 127.0.0.1:443 HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | 403 | destination_ip_prohibited | access.allow-destinations",
                "CONNECT [::ffff:7f00:1]:443 HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | 403 | destination_ip_prohibited | loopback",
                "CONNECT metadata.test:443 HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | 403 | destination_ip_prohibited | link-local",
                "CONNECT unknown.test:443 HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | 502 | dns_error | unknown.test",
            })
    void shouldSayWhatIsWrong(String request, int status, String errorType, String hint) throws IOException {
        try (Bench bench = Bench.connect(
                        Transport.EPOLL, Bench.PATIENT, AccessRules.DEFAULTS, HttpProxyListenerTest::names);
                Socket client = bench.client()) {
            write(client, unescape(request));
            String answer = answer(client);
            assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
            assertThat(answer).contains("\r\nProxy-Status: tidewait; error=" + errorType + ";");
            assertThat(body(answer)).contains(hint);
            assertThat(bench.connector.requests).isEmpty();
            assertThat(bench.metrics.ended).hasSizeLessThan(2);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "NO_PORT, 503, connection_limit_reached",
        "REFUSED, 502, connection_refused",
        "TIMED_OUT, 504, connection_timeout",
        "UNREACHABLE, 502, destination_ip_unroutable",
        "RESET, 502, connection_terminated",
        "LOCAL, 503, proxy_internal_error",
    })
    void shouldSayWhyThereIsNoConnection(Reason reason, int status, String errorType) throws IOException {
        try (Bench bench = Bench.connect(Transport.EPOLL, Bench.PATIENT, OPEN, HttpProxyListenerTest::names);
                Socket client = bench.client()) {
            bench.connector.failFor(443, reason);
            write(client, connect("192.0.2.7:443"));
            String answer = answer(client);
            assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
            assertThat(answer)
                    .contains("\r\nProxy-Status: tidewait; error=" + errorType + "; details=\"" + reason
                            + " at 192.0.2.7:443 \\\"quoted\\\\\\\" ???line 2\"\r\n");
            assertThat(body(answer)).contains(reason + " at 192.0.2.7:443").contains("line 2");
            Bench.end(client);
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.NOT_CONNECTED);
            assertThat(bench.metrics.connectFailures).containsExactly(reason);
        }
    }

    @Test
    void shouldReportRealRefusal() throws IOException {
        try (Bench bench = Bench.connect(Transport.EPOLL, Bench.PATIENT, OPEN, HttpProxyListenerTest::names);
                Socket client = bench.client()) {
            write(client, connect("127.0.0.1:1"));
            assertThat(answer(client)).startsWith("HTTP/1.1 502 ").contains("error=connection_refused");
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldAnswer408ToHalfARequestAndSilence(Transport kind) throws IOException {
        try (Bench bench = Bench.connect(kind, shortHeader(), OPEN, HttpProxyListenerTest::names);
                Socket client = bench.client()) {
            write(client, "CONNECT a.test:443 HT");
            assertThat(answer(client)).startsWith("HTTP/1.1 408 ");
            Bench.end(client);
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.REFUSED);
        }
    }

    @Test
    void shouldCloseASilentClientWithoutAnAnswer() throws IOException {
        try (Bench bench = Bench.connect(Transport.EPOLL, shortHeader(), OPEN, HttpProxyListenerTest::names);
                Socket client = bench.client()) {
            assertThat(readAll(client)).isEmpty();
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.NO_REQUEST);
        }
    }

    @Test
    void shouldAnswer400WhenTheRequestEndsInTheMiddle() throws IOException {
        try (Bench bench = Bench.connect(Transport.EPOLL, Bench.PATIENT, OPEN, HttpProxyListenerTest::names);
                Socket client = bench.client()) {
            write(client, "CONNECT a.test:443 HT");
            client.shutdownOutput();
            assertThat(answer(client)).startsWith("HTTP/1.1 400 ").contains("ended in the middle");
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldAnswer431ToAnOversizedHeadEvenWhileTheClientStillSends(Transport kind) throws IOException {
        try (Bench bench = Bench.connect(kind, Bench.PATIENT, OPEN, HttpProxyListenerTest::names);
                Socket client = bench.client()) {
            write(client, "CONNECT a.test:443 HTTP/1.1\r\nX: " + "x".repeat(500_000));
            assertThat(answer(client)).startsWith("HTTP/1.1 431 ").contains("2048 bytes");
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
                Bench bench = Bench.connect(Transport.EPOLL, Bench.PATIENT, others, HttpProxyListenerTest::names);
                Socket client = bench.client()) {
            write(client, connect("192.0.2.7:443"));
            assertThat(answer(client)).startsWith("HTTP/1.1 403 ").contains("access.allow");
            assertThat(log.containing("Clients from 127.0.0.1 may not")).hasSize(1);
            assertThat(bench.connector.requests).isEmpty();
        }
    }

    @Test
    void shouldAnswer504WhenTheNameServiceIsSilent() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        try (LogLines log = new LogLines();
                Bench bench = Bench.connect(Transport.EPOLL, shortHeader(), OPEN, host -> blockOn(never));
                Socket client = bench.client()) {
            write(client, connect("slow.test:443"));
            assertThat(answer(client))
                    .startsWith("HTTP/1.1 504 ")
                    .contains("error=dns_timeout", "for slow.test in time");
            assertThat(bench.metrics.nameFailures).containsExactly(NameFailure.TIMED_OUT);
            assertThat(log.containing("answered 504 to 127.0.0.1:")).hasSize(1);
        } finally {
            never.countDown();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "unknown.test:443, The name unknown.test has no address",
        "127.0.0.1:443, its address 127.0.0.1 is loopback",
        "origin.test:80, port 80 is not one of",
    })
    void shouldLogAFewOfTheRefusalsThatAnOperatorCanChange(String target, String why) throws IOException {
        try (LogLines log = new LogLines();
                Bench bench = Bench.connect(
                        Transport.EPOLL, Bench.PATIENT, AccessRules.DEFAULTS, HttpProxyListenerTest::names)) {
            for (int i = 0; i < 8; i++) {
                try (Socket client = bench.client()) {
                    write(client, connect(target));
                    assertThat(answer(client)).contains(why);
                }
            }
            assertThat(log.containing(why))
                    .hasSize(5)
                    .allSatisfy(line -> assertThat(line).contains("listener test answered"));
        }
    }

    @Test
    void shouldTryTheNextAddressOfAName() throws IOException {
        try (Bench bench = Bench.connect(Transport.EPOLL, Bench.PATIENT, OPEN, host ->
                        new InetAddress[] {InetAddress.ofLiteral("127.0.0.2"), InetAddress.getLoopbackAddress()});
                Socket client = bench.client()) {
            write(client, connect("two.test:" + bench.origin.getLocalPort()));
            try (Socket server = bench.accepted()) {
                write(server, "x");
            }
            assertThat(readAll(client)).isEqualTo(ESTABLISHED + "x");
            assertThat(bench.metrics.connectFailures).containsExactly(Reason.REFUSED);
        }
    }

    @Test
    void shouldConnectOnlyToPermittedAddressesOfAName() throws IOException {
        AccessRules someLoopback = new AccessRules(
                AccessRules.LOOPBACK_CLIENTS,
                EnumSet.allOf(DestinationClass.class),
                List.of(Cidr.parse("127.0.0.1")),
                List.of(PortRange.ANY));
        try (Bench bench = Bench.connect(Transport.EPOLL, Bench.PATIENT, someLoopback, host ->
                        new InetAddress[] {InetAddress.ofLiteral("127.0.0.2"), InetAddress.ofLiteral("127.0.0.1")});
                Socket client = bench.client()) {
            write(client, connect("two.test:" + bench.origin.getLocalPort()));
            try (Socket server = bench.accepted()) {
                write(server, "x");
            }
            assertThat(readAll(client)).isEqualTo(ESTABLISHED + "x");
            assertThat(bench.connector.requests).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldEndWhenTheClientResetsBeforeTheServerAnswers(Transport kind) throws IOException {
        CountDownLatch later = new CountDownLatch(1);
        try (Bench bench = Bench.connect(kind, Bench.PATIENT, OPEN, host -> blockOn(later));
                Socket client = bench.client()) {
            write(client, connect("slow.test:443"));
            Until.isTrue("the request was read", () -> bench.metrics.accepted.get() == 1);
            Bench.reset(client);
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.CLIENT_RESET);
            later.countDown();
            assertThat(bench.connector.requests).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "CONNECT a.test:443 HTTP/1.1\r\n"})
    void shouldEndWhenTheClientResetsInTheHead(String begin) throws IOException {
        try (Bench bench = Bench.connect(Transport.EPOLL, Bench.PATIENT, OPEN, HttpProxyListenerTest::names);
                Socket client = bench.client()) {
            write(client, begin);
            Until.isTrue("accepted", () -> bench.metrics.accepted.get() == 1);
            Bench.reset(client);
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.CLIENT_RESET);
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

    private static String connect(String target) {
        return "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\nUser-Agent: test\r\n\r\n";
    }

    private static String unescape(String text) {
        return text.replace("\\r", "\r")
                .replace("\\n", "\n")
                .replace("\\0", "\0")
                .replace("\\x16", "\u0016")
                .replace("\\x05", "\u0005")
                .replace("\\x03", "\u0003")
                .replace("\\x01", "\u0001");
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    private static String read(Socket socket, int byteCount) throws IOException {
        return new String(socket.getInputStream().readNBytes(byteCount), ISO_8859_1);
    }

    private static String readAll(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }

    /** One answer of the proxy's own; the connection may live on. */
    private static String answer(Socket socket) throws IOException {
        return new RawPeer(socket).message();
    }

    private static String body(String answer) {
        int head = answer.indexOf("\r\n\r\n");
        String body = answer.substring(head + 4);
        assertThat(answer).contains("\r\nContent-Length: " + body.length() + "\r\n");
        return body;
    }
}
