package dev.tidewait.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.proxy.access.AccessRules;
import dev.tidewait.proxy.access.ClientLimits.Limits;
import dev.tidewait.proxy.access.UserRules;
import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.failure.EndCause;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What a client sees that has too many connections. */
class LimitedClientsTest {
    /** Is answered with 403, by default. */
    private static final String REQUEST = "CONNECT 127.0.0.1:443 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    @AfterAll
    static void shouldNotHaveLeaked() {
        assertThat(Leaks.found()).isEmpty();
    }

    @Test
    void shouldAnswer429ToTheThirdAndServeItWhenOneHasLeft() throws IOException {
        try (Bench bench = http(new Limits(2, 1000));
                Socket first = bench.client();
                Socket second = bench.client()) {
            Until.isTrue("both are in", () -> bench.server.activeCount() == 2);
            String answer = ask(bench);
            assertThat(answer).startsWith("HTTP/1.1 429 Too Many Requests\r\n");
            assertThat(answer).contains("\r\nProxy-Status: tidewait; error=http_request_denied;");
            assertThat(answer).contains("\r\nRetry-After: 1\r\n").contains("access.limits.connections");
            Until.isTrue("the refused one is counted", () -> bench.metrics.ended.contains(EndCause.TOO_MANY));

            Bench.end(first);
            Until.isTrue("one has left", () -> bench.server.activeCount() == 1);
            assertThat(ask(bench)).startsWith("HTTP/1.1 403 ");
            Bench.end(second);
        }
    }

    @Test
    void shouldAnswerAClientThatSendsALotAndReadsLate() throws IOException {
        try (Bench bench = http(new Limits(1, 1000));
                Socket first = served(bench);
                Socket greedy = bench.client()) {
            greedy.getOutputStream()
                    .write(("POST http://a/ HTTP/1.1\r\nHost: a\r\n\r\n" + "x".repeat(100_000)).getBytes(US_ASCII));
            assertThat(readAll(greedy)).startsWith("HTTP/1.1 429 ");
            Bench.end(greedy);
            Bench.end(first);
        }
    }

    @Test
    void shouldNotWaitForARefusedClientThatStays() throws IOException {
        try (Bench bench = http(new Limits(1, 1000));
                Socket first = served(bench);
                Socket stays = bench.client()) {
            assertThat(readAll(stays)).startsWith("HTTP/1.1 429 ");
            Until.isTrue("the proxy has closed", () -> bench.metrics.ended.contains(EndCause.TOO_MANY));
            Bench.end(first);
        }
    }

    @Test
    void shouldBoundTheRate() throws IOException {
        try (Bench bench = http(new Limits(1000, 5))) {
            List<String> statuses = new ArrayList<>();
            long begin = System.nanoTime();
            for (int i = 0; i < 15; i++) {
                statuses.add(ask(bench).substring(9, 12));
            }
            // Five at once, and one more for each fifth of a second that the test took.
            long most = 5 + 1 + (System.nanoTime() - begin) / 200_000_000;
            assertThat(statuses).startsWith("403", "403", "403", "403", "403");
            assertThat(statuses.stream().filter("403"::equals).count()).isLessThanOrEqualTo(most);
            assertThat(statuses).containsOnly("403", "429");
        }
    }

    @Test
    void shouldCloseTheTcpClientThatIsOneTooMany() throws IOException {
        ServerSocket origin = Bench.listen();
        TcpListenerSettings settings = new TcpListenerSettings(
                "test", Bench.loopback(0), List.of(new HostPort("127.0.0.1", origin.getLocalPort())));
        try (Bench bench = Bench.guarded(origin, settings, UserRules.NONE, new Limits(1, 1000));
                Socket first = bench.client();
                Socket served = bench.accepted();
                Socket second = bench.client()) {
            assertThat(second.getInputStream().read()).isEqualTo(-1);
            served.getOutputStream().write('x');
            assertThat(first.getInputStream().read())
                    .as("the first is served on")
                    .isEqualTo('x');
            Bench.end(second);
            Bench.end(first);
            Bench.end(served);
        }
    }

    private static Bench http(Limits limits) throws IOException {
        HttpProxyListenerSettings settings =
                new HttpProxyListenerSettings("test", Bench.loopback(0), AccessRules.DEFAULTS, 2048);
        return Bench.guarded(Bench.listen(), settings, UserRules.NONE, limits);
    }

    /** Connected, and accepted before anybody who connects later: another event loop may be faster. */
    private static Socket served(Bench bench) throws IOException {
        Socket client = bench.client();
        Until.isTrue("it is in", () -> bench.server.activeCount() == 1);
        return client;
    }

    private static String ask(Bench bench) throws IOException {
        try (Socket client = bench.client()) {
            client.getOutputStream().write(REQUEST.getBytes(US_ASCII));
            return readAll(client);
        }
    }

    private static String readAll(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
}
