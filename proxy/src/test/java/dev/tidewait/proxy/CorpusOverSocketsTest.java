package dev.tidewait.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.netty.ConnectRequest;
import dev.tidewait.netty.Transport;
import dev.tidewait.proxy.address.Addresses;
import dev.tidewait.proxy.http1.Corpus;
import dev.tidewait.proxy.http1.CorpusCase;
import io.netty.channel.Channel;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every case of the corpus through one proxy, over sockets, to one origin that says and reads bytes: who gets which, which connections live on, and
 * that nothing is left behind. What is about one connection is shown by the next request on it.
 */
class CorpusOverSocketsTest {
    /** Complete responses after which the server's connection may not be used again: it said more than it should, or that it closes. */
    private static final Set<String> SERVER_NOT_USED_AGAIN =
            Set.of("length-long", "head-content", "status-http10", "hop-connection");

    /** For the case that waits. Every other one sends its head at once. */
    private static final Duration CLIENT_HEADER = Duration.ofSeconds(2);

    private static final String OK = "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 0\r\n";
    private static final String VIA = "Via: 1.1 tidewait\r\n";
    private static final String CLOSE = "Connection: close\r\n";

    private static Bench bench;

    /** Of this case, in the order of their coming. */
    private final List<RawPeer> servers = new ArrayList<>();

    private final long buffersBefore = Leaks.openCount();

    static Stream<CorpusCase> requests() {
        return Corpus.requests().stream();
    }

    static Stream<CorpusCase> responses() {
        return Corpus.responses().stream();
    }

    @BeforeAll
    static void start() throws IOException, IllegalAccessException {
        bench = Bench.http(
                Transport.EPOLL,
                Patience.withClientHeader(CLIENT_HEADER),
                HttpSettings.DEFAULTS,
                CorpusOverSocketsTest::names);
        MethodHandles.lookup().ensureInitialized(Tunnelling.class); // has a buffer that is never released
        bench.connector.leadTo(Bench.loopback(bench.origin.getLocalPort()));
    }

    private static InetAddress[] names(String host) throws UnknownHostException {
        return switch (host) {
            case "a.test" -> new InetAddress[] {InetAddress.ofLiteral("192.0.2.1")};
            case "b.test" -> new InetAddress[] {InetAddress.ofLiteral("192.0.2.2")};
            default -> throw new UnknownHostException(host);
        };
    }

    @AfterAll
    static void stop() throws IOException {
        bench.close();
        assertThat(Leaks.found()).isEmpty();
    }

    // ---- requests ----

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void shouldDoWithTheRequestWhatTheCorpusSays(CorpusCase one) throws IOException {
        with(client -> {
            client.send(one.client());
            switch (one.outcome()) {
                case FORWARD -> forwarded(one, client);
                case REFUSED -> refused(one, client);
                case LATE -> brokenOff(one, client);
                case TUNNEL -> tunnelled(client);
                case OWN -> answeredByTheProxy(client);
                case WAIT -> awaited(client);
                case CUT -> throw new IllegalStateException("a request is not cut");
            }
        });
    }

    private void forwarded(CorpusCase one, RawPeer client) throws IOException {
        boolean clientCloses = one.client().contains(" HTTP/1.0\r\n");
        RawPeer server = acceptServer();
        String rest = one.serverGets();
        String host = field(rest, "Host");
        while (!rest.isEmpty()) {
            String request = rest.substring(0, LenientReader.end(rest));
            server.shouldGet(request);
            server.send(one.server());
            client.shouldGet(OK + VIA + (clientCloses ? CLOSE : "") + "\r\n");
            rest = rest.substring(request.length());
        }
        assertThat(destinations()).containsExactly(addressOf(host));
        if (clientCloses) {
            client.shouldEnd();
        } else {
            shouldServeAnother(client, host, server);
        }
    }

    private void refused(CorpusCase one, RawPeer client) throws IOException {
        shouldBeOurs(client.message(), one.status(), one.kept());
        shouldHaveReachedNobody();
        shouldStay(client, one.kept());
    }

    private void brokenOff(CorpusCase one, RawPeer client) throws IOException {
        RawPeer server = acceptServer();
        shouldBeOurs(client.message(), one.status(), false);
        client.shouldEnd();
        String got = server.untilItEnds();
        assertThat(LenientReader.end(got)).as("complete in '" + got + "'").isEqualTo(-1);
        assertThat(content(one.client())).startsWith(content(got));
    }

    private void tunnelled(RawPeer client) throws IOException {
        client.shouldGet("HTTP/1.1 200 Connection established\r\n\r\n");
        assertThat(destinations()).containsExactly("192.0.2.1:443");
        shouldBeATunnel(client, acceptServer());
    }

    private void answeredByTheProxy(RawPeer client) throws IOException {
        String answer = client.message();
        assertThat(answer).startsWith("HTTP/1.1 200 ");
        shouldHaveReachedNobody();
        shouldStay(client, true);
    }

    private void awaited(RawPeer client) throws IOException {
        shouldBeOurs(client.message(), 408, false);
        shouldHaveReachedNobody();
        client.shouldEnd();
    }

    // ---- responses ----

    @ParameterizedTest(name = "{0}")
    @MethodSource("responses")
    void shouldDoWithTheResponseWhatTheCorpusSays(CorpusCase one) throws IOException {
        with(client -> {
            client.send(one.client());
            RawPeer server = acceptServer();
            assertThat(server.head()).contains(" / HTTP/1.1\r\n");
            server.send(one.server());
            if (one.serverEnds()) {
                server.endOutput();
            }
            switch (one.outcome()) {
                case FORWARD -> passedOn(one, client, server);
                case REFUSED -> replaced(one, client, server);
                case CUT -> cut(one, client, server);
                default -> throw new IllegalStateException(one.outcome() + " is not for responses");
            }
        });
    }

    private void passedOn(CorpusCase one, RawPeer client, RawPeer server) throws IOException {
        client.shouldGet(one.clientGets());
        if (one.clientGets().startsWith("HTTP/1.1 101 ")) {
            shouldBeATunnel(client, server);
        } else if (one.clientGets().contains("\r\n" + CLOSE)) {
            client.shouldEnd();
        } else if (SERVER_NOT_USED_AGAIN.contains(one.name())) {
            server.shouldEnd();
            shouldStay(client, true);
        } else {
            shouldServeAnother(client, "a.test", server);
        }
    }

    private void replaced(CorpusCase one, RawPeer client, RawPeer server) throws IOException {
        shouldBeOurs(client.message(), one.status(), true);
        assertThat(server.untilItEnds()).isEmpty();
        shouldStay(client, true);
    }

    private static void cut(CorpusCase one, RawPeer client, RawPeer server) throws IOException {
        String got = client.rest();
        assertThat(got).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(LenientReader.end(got)).as("complete in '" + got + "'").isEqualTo(-1);
        assertThat(content(one.server())).startsWith(content(got));
        assertThat(server.untilItEnds()).isEmpty();
    }

    // ---- what they have in common ----

    private interface ClientsPart {
        void play(RawPeer client) throws IOException;
    }

    /** A client that fails takes its connection with it, so that the next case has the proxy for itself. */
    private static void with(ClientsPart part) throws IOException {
        try (RawPeer client = new RawPeer(bench.client())) {
            try {
                part.play(client);
            } catch (AssertionError | IOException failed) {
                client.reset();
                throw failed;
            }
        }
    }

    private RawPeer acceptServer() throws IOException {
        RawPeer server = new RawPeer(bench.accepted());
        servers.add(server);
        return server;
    }

    private static List<String> destinations() {
        return bench.connector.requests.stream()
                .map(ConnectRequest::destination)
                .map(Addresses::text)
                .toList();
    }

    private static String addressOf(String host) {
        String address = host.replace("a.test", "192.0.2.1").replace("b.test", "192.0.2.2");
        return address.matches(".*[^:]:\\d+") ? address : address + ":80";
    }

    /** An answer of the proxy's own with the fields that it has, and so none of anybody else. */
    private static void shouldBeOurs(String answer, int status, boolean keeps) {
        assertThat(answer).startsWith("HTTP/1.1 " + status + " ").contains("\r\nProxy-Status: tidewait; error=http_");
        List<String> names = answer.substring(0, answer.indexOf("\r\n\r\n"))
                .lines()
                .skip(1)
                .map(line -> line.substring(0, line.indexOf(':')))
                .toList();
        List<String> expected = new ArrayList<>(List.of("Date", "Proxy-Status", "Content-Type", "Content-Length"));
        if (!keeps) {
            expected.add("Connection");
        }
        assertThat(names).isEqualTo(expected);
    }

    private static void shouldHaveReachedNobody() {
        assertThat(destinations()).isEmpty();
    }

    /** If the client's connection lives on, another request on it is served over a new one to the server. */
    private void shouldStay(RawPeer client, boolean kept) throws IOException {
        if (!kept) {
            client.shouldEnd();
            return;
        }
        client.send(another("a.test"));
        answerAnother(client, "a.test", acceptServer());
    }

    /** Both connections live on, and nothing is in front of the next request or the next answer. */
    private static void shouldServeAnother(RawPeer client, String host, RawPeer server) throws IOException {
        client.send(another(host));
        answerAnother(client, host, server);
    }

    private static String another(String host) {
        return "GET http://" + host + "/another HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    }

    private static void answerAnother(RawPeer client, String host, RawPeer server) throws IOException {
        server.shouldGet("GET /another HTTP/1.1\r\nHost: " + host + "\r\n" + VIA + "\r\n");
        server.send(OK + "\r\n");
        client.shouldGet(OK + VIA + "\r\n");
    }

    private static void shouldBeATunnel(RawPeer client, RawPeer server) throws IOException {
        client.send("up\0");
        server.shouldGet("up\0");
        server.send("down\0");
        client.shouldGet("down\0");
        client.endOutput();
        server.shouldEnd();
        server.endOutput();
        client.shouldEnd();
    }

    private static String field(String message, String name) {
        int from = message.indexOf("\r\n" + name + ": ") + 2 + name.length() + 2;
        return message.substring(from, message.indexOf("\r\n", from));
    }

    private static String content(String message) {
        int head = message.indexOf("\r\n\r\n");
        return head < 0 ? "" : message.substring(head + 4);
    }

    // ---- what is left ----

    /** No client, no server connection, not even one that waits for the next request; no byte that the server was not to get; no buffer. */
    @AfterEach
    void shouldHaveLeftNothing() throws IOException {
        int expected = servers.size();
        try {
            Until.isTrue("the client's connection has ended", () -> bench.server.activeCount() == 0);
            while (servers.size() < bench.connector.channels.size()) {
                acceptServer(); // unexpected: not to be left to the next case
            }
            for (RawPeer server : servers) {
                if (!server.socket.isOutputShutdown()) {
                    server.endOutput();
                }
                assertThat(server.untilItEnds()).isEmpty();
            }
            Until.isTrue("no server connection waits", () -> bench.server.idleServerCount() == 0);
            Until.isTrue(
                    "no server connection is open",
                    () -> bench.connector.channels.stream().noneMatch(Channel::isOpen));
            assertThat(bench.connector.channels).hasSize(expected);
            assertThat(bench.metrics.ended).hasSize(bench.metrics.accepted.get());
            Until.isTrue("every buffer is released", () -> Leaks.openCount() <= buffersBefore);
        } finally {
            for (RawPeer server : servers) {
                server.close();
            }
            bench.connector.channels.clear();
            bench.connector.requests.clear();
        }
    }
}
