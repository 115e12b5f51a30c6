package dev.tidewait.proxy;

import static dev.tidewait.proxy.ConversationTest.OK;
import static dev.tidewait.proxy.ConversationTest.post;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.netty.ConnectFailedException.Reason;
import dev.tidewait.netty.Transport;
import dev.tidewait.proxy.access.AccessRules;
import dev.tidewait.proxy.access.ClientLimits.Limits;
import dev.tidewait.proxy.access.PasswordFile;
import dev.tidewait.proxy.access.UserRules;
import dev.tidewait.proxy.address.DestinationClass;
import dev.tidewait.proxy.address.PortRange;
import dev.tidewait.proxy.failure.EndCause;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a connection whose request is answered by the proxy before its content was read. */
class RefusedContentTest {
    private static final String CLOSE = "\r\nConnection: close\r\n";
    private static final String DENIED_HEAD = "POST http://127.0.0.1/ HTTP/1.1\r\nHost: 127.0.0.1\r\n";

    @AfterAll
    static void shouldNotHaveLeaked() {
        assertThat(Leaks.found()).isEmpty();
    }

    @Test
    void shouldLetAClientLogInOnTheConnectionOnWhichItPosted() throws Exception {
        String file = "ann:$2y$04$zyxwvutsrqponmlkjihgfe5YBAxZK3XtHbTKb/JEphLKj9GKIHBHi\n";
        AccessRules open = new AccessRules(
                AccessRules.LOOPBACK_CLIENTS,
                EnumSet.noneOf(DestinationClass.class),
                List.of(),
                List.of(PortRange.ANY));
        try (Bench bench = Bench.guarded(
                        Bench.listen(),
                        new HttpProxyListenerSettings("test", Bench.loopback(0), open),
                        new UserRules(Optional.of(PasswordFile.parse(file)), List.of()),
                        Limits.NONE);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(post(bench, "/", "Content-Length: 4\r\n", "body"));
            assertThat(client.message()).startsWith("HTTP/1.1 407 ").doesNotContain(CLOSE);
            String credentials = Base64.getEncoder().encodeToString("ann:colon:in:it".getBytes(UTF_8));
            client.send(post(
                    bench, "/", "Proxy-Authorization: Basic " + credentials + "\r\nContent-Length: 4\r\n", "body"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                assertThat(server.message()).startsWith("POST / ").endsWith("body");
                server.send(OK);
                assertThat(client.message()).startsWith("HTTP/1.1 200 ").endsWith("hello");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldWaitForALittleContentAndGoOn(Transport kind) throws IOException {
        try (Bench bench = denying(kind, Bench.PATIENT);
                RawPeer client = new RawPeer(bench.client())) {
            for (int i = 0; i < 3; i++) {
                client.send(DENIED_HEAD + "Content-Length: 65536\r\n\r\n");
                client.send("x".repeat(65_535));
                client.sendByteByByte("x");
                assertThat(client.message()).startsWith("HTTP/1.1 403 ").doesNotContain(CLOSE);
            }
            Bench.end(client.socket);
            bench.awaitEnd();
            assertThat(bench.records.all).hasSize(3).allSatisfy(record -> {
                assertThat(record.status()).isEqualTo(403);
                assertThat(record.bytesUp()).isGreaterThan(65_536);
            });
        }
    }

    @Test
    void shouldGoOnBehindChunksThatHaveCome() throws IOException {
        try (Bench bench = denying(Transport.EPOLL, Bench.PATIENT);
                RawPeer client = new RawPeer(bench.client())) {
            String request = DENIED_HEAD + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
            client.send(request + request);
            assertThat(client.message()).startsWith("HTTP/1.1 403 ").doesNotContain(CLOSE);
            assertThat(client.message()).startsWith("HTTP/1.1 403 ").doesNotContain(CLOSE);
        }
    }

    @Test
    void shouldGoOnWhereTheServerCannotBeReached() throws IOException {
        try (Bench bench = Bench.http(Transport.EPOLL);
                RawPeer client = new RawPeer(bench.client())) {
            bench.connector.failFor(bench.origin.getLocalPort(), Reason.REFUSED);
            client.send(post(bench, "/", "Content-Length: 4\r\n", ""));
            Until.isTrue("it has failed", () -> bench.metrics.connectFailures.size() == 1);
            client.send("body" + post(bench, "/", "Content-Length: 4\r\n", "body"));
            assertThat(client.message()).startsWith("HTTP/1.1 502 ").doesNotContain(CLOSE);
            assertThat(client.message()).startsWith("HTTP/1.1 502 ").doesNotContain(CLOSE);
        }
    }

    /** Too much, of an unknown length, or only sent if wanted. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 65537\r\n\r\nab",
                "Transfer-Encoding: chunked\r\n\r\n3\r\nab",
                "Transfer-Encoding: chunked\r\n\r\n3\r\nabcX",
                "Content-Length: 4\r\nExpect: 100-continue\r\n\r\n",
                "Connection: close\r\nContent-Length: 4\r\n\r\n",
            })
    void shouldNotWaitForOtherContent(String rest) throws IOException {
        try (Bench bench = denying(Transport.EPOLL, Bench.PATIENT);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(DENIED_HEAD + rest);
            assertThat(client.rest()).startsWith("HTTP/1.1 403 ").contains(CLOSE);
        }
    }

    @Test
    void shouldNotWaitForLong() throws IOException {
        try (Bench bench = denying(Transport.EPOLL, Patience.withClientHeader(Duration.ofMillis(300)));
                RawPeer client = new RawPeer(bench.client())) {
            client.send(DENIED_HEAD + "Content-Length: 4\r\n\r\nbo");
            assertThat(client.rest()).startsWith("HTTP/1.1 403 ").contains(CLOSE);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldEndWithAClientThatStopsInTheMiddle(boolean reset) throws IOException {
        try (Bench bench = denying(Transport.EPOLL, Bench.PATIENT);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(DENIED_HEAD + "Content-Length: 4\r\n\r\nbo");
            Until.isTrue("the request is read", () -> bench.metrics.requests.get() == 1);
            if (reset) {
                client.reset();
                assertThat(bench.awaitEnd()).isEqualTo(EndCause.CLIENT_RESET);
            } else {
                client.endOutput();
                assertThat(client.rest()).startsWith("HTTP/1.1 403 ").contains(CLOSE);
            }
        }
    }

    /** Nobody may go to this host. */
    private static Bench denying(Transport kind, Timeouts timeouts) throws IOException {
        return Bench.connect(kind, timeouts, AccessRules.DEFAULTS, InetAddress::getAllByName);
    }
}
