package dev.tidewait.proxy;

import static dev.tidewait.proxy.ConversationTest.OK;
import static dev.tidewait.proxy.ConversationTest.answer;
import static dev.tidewait.proxy.ConversationTest.get;
import static dev.tidewait.proxy.ConversationTest.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.netty.Transport;
import dev.tidewait.proxy.http1.ClientAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which server connection serves a request, and how those end that serve none any more. */
class KeepAlivePoolTest {
    private static final HttpSettings NONE_KEPT_GRACEFUL = http(0, 0, ServerClose.GRACEFUL);

    @AfterAll
    static void shouldNotHaveLeaked() {
        assertThat(Leaks.found()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void shouldServeAnotherClientOverAKeptConnection(Transport kind) throws IOException {
        try (Bench bench = Bench.http(kind);
                RawPeer one = new RawPeer(bench.client());
                RawPeer other = new RawPeer(bench.client())) {
            one.send(get(bench, "/one"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                answer(server, "GET /one ");
                assertThat(one.message()).endsWith("hello");
                Until.isTrue("it waits", () -> bench.server.idleServerCount() == 1);
                other.send(get(bench, "/other"));
                answer(server, "GET /other ");
                assertThat(other.message()).endsWith("hello");
                assertThat(bench.connector.requests).hasSize(1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldForgetAConnectionThatTheServerCloses(Transport kind) throws IOException {
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/one"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                answer(server, "GET /one ");
                assertThat(client.message()).endsWith("hello");
                server.endOutput();
                server.shouldEnd();
                Until.isTrue("none is idle", () -> bench.server.idleServerCount() == 0);
            }
            client.send(post(bench, "/two", "Content-Length: 0\r\n", ""));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                answer(server, "POST /two ");
                assertThat(client.message()).endsWith("hello");
            }
        }
    }

    @Test
    void shouldEndAConnectionOnWhichTheServerSpeaksUnasked() throws IOException {
        try (Bench bench = Bench.http(Transport.EPOLL);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/one"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                answer(server, "GET /one ");
                assertThat(client.message()).endsWith("hello");
                server.send("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n");
                server.shouldEnd();
                Until.isTrue("none is idle", () -> bench.server.idleServerCount() == 0);
            }
        }
    }

    /** What a server says unasked may have come, and not been read, when the next request does. */
    @Test
    void shouldTakeNothingForAnAnswerThatCameBeforeItsRequest() throws IOException {
        try (Bench bench = Bench.http(Transport.EPOLL);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/one"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                answer(server, "GET /one ");
                assertThat(client.message()).endsWith("hello");
                CompletableFuture<Boolean> bothSent = new CompletableFuture<>();
                bench.connector
                        .channels
                        .getFirst()
                        .eventLoop()
                        .execute(() -> bothSent.orTimeout(10, TimeUnit.SECONDS).join());
                // In this order the loop hears of them.
                client.send(get(bench, "/two"));
                server.send(OK.replace("hello", "wrong"));
                bothSent.complete(true);
                try (RawPeer next = new RawPeer(bench.accepted())) {
                    answer(next, "GET /two ");
                    assertThat(client.message()).endsWith("hello");
                }
            }
        }
    }

    /** The server closes at the moment at which the request comes. */
    @ParameterizedTest
    @EnumSource
    void shouldRepeatASafeRequestOnceOverANewConnection(Transport kind) throws IOException {
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/one"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                answer(server, "GET /one ");
                assertThat(client.message()).endsWith("hello");
                client.send(get(bench, "/two"));
                assertThat(server.head()).startsWith("GET /two ");
            }
            try (RawPeer server = new RawPeer(bench.accepted())) {
                answer(server, "GET /two ");
                assertThat(client.message()).endsWith("hello");
                client.send(get(bench, "/three"));
                assertThat(server.head()).startsWith("GET /three ");
                server.reset();
            }
            try (RawPeer server = new RawPeer(bench.accepted())) {
                assertThat(server.head()).startsWith("GET /three ");
            }
            // The new connection failed, too, which says something about the server.
            assertThat(client.message()).startsWith("HTTP/1.1 502 ").contains("without an answer");
            assertThat(bench.connector.requests).hasSize(3);
            assertThat(bench.metrics.requests.get()).isEqualTo(3);
            assertThat(bench.metrics.sent)
                    .containsExactly(
                            SentOver.FRESH, SentOver.REUSED, SentOver.REPEATED, SentOver.REUSED, SentOver.REPEATED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH", "BREW", "PUT"})
    void shouldNotRepeatWhatMayHaveBeenDone(String method) throws IOException {
        try (Bench bench = Bench.http(Transport.EPOLL);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/one"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                answer(server, "GET /one ");
                assertThat(client.message()).endsWith("hello");
                String content = method.equals("PUT") ? "x" : "";
                client.send(post(bench, "/two", "Content-Length: " + content.length() + "\r\n", content)
                        .replace("POST", method));
                assertThat(server.head()).startsWith(method + " /two ");
                assertThat(server.bytes(content.length())).isEqualTo(content);
            }
            assertThat(client.message()).startsWith("HTTP/1.1 502 ").contains("without an answer");
            assertThat(bench.connector.requests).hasSize(1);
        }
    }

    @Test
    void shouldNotRepeatOnceTheAnswerHasBegun() throws IOException {
        try (Bench bench = Bench.http(Transport.EPOLL);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/one"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                answer(server, "GET /one ");
                assertThat(client.message()).endsWith("hello");
                client.send(get(bench, "/two"));
                server.head();
                server.send("HTTP/1.1");
            }
            assertThat(client.message()).startsWith("HTTP/1.1 502 ").contains("in the middle of its answer");
            assertThat(bench.connector.requests).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldKeepNoMoreThanAllowed(boolean perDestination) throws IOException {
        HttpSettings one = perDestination ? http(1, 10, ServerClose.GRACEFUL) : http(10, 1, ServerClose.GRACEFUL);
        try (Bench bench = Bench.http(Transport.EPOLL, Bench.PATIENT, one);
                RawPeer firstClient = new RawPeer(bench.client());
                RawPeer secondClient = new RawPeer(bench.client())) {
            firstClient.send(get(bench, "/first"));
            try (RawPeer first = new RawPeer(bench.accepted())) {
                first.head();
                secondClient.send(get(bench, "/second"));
                try (RawPeer second = new RawPeer(bench.accepted())) {
                    first.send(OK);
                    assertThat(firstClient.message()).endsWith("hello");
                    answer(second, "GET /second ");
                    assertThat(secondClient.message()).endsWith("hello");
                    first.shouldEnd();
                    Until.isTrue("the other one waits", () -> bench.server.idleServerCount() == 1);
                    firstClient.send(get(bench, "/third"));
                    answer(second, "GET /third ");
                    assertThat(firstClient.message()).endsWith("hello");
                }
            }
        }
    }

    /** Because it has waited for too long, or has grown old while it waited. */
    @ParameterizedTest
    @CsvSource({"100, 60000", "60000, 2000"})
    void shouldEndAConnectionThatServesNobodyForTooLong(long idleMillis, long lifetimeMillis) throws IOException {
        try (Bench bench = Bench.http(
                        Transport.EPOLL,
                        Patience.withServerTimes(Duration.ofMillis(idleMillis), Duration.ofMillis(lifetimeMillis)),
                        HttpSettings.DEFAULTS);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                answer(server, "GET / ");
                assertThat(client.message()).endsWith("hello");
                server.shouldEnd();
                assertThat(bench.server.idleServerCount()).isZero();
            }
        }
    }

    @Test
    void shouldNotUseAnOldConnectionAgain() throws IOException {
        try (Bench bench = Bench.http(
                        Transport.EPOLL,
                        Patience.withServerTimes(Duration.ofSeconds(60), Duration.ofMillis(1)),
                        HttpSettings.DEFAULTS);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                server.head();
                long begin = System.nanoTime();
                Until.isTrue("old", () -> System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(2));
                server.send(OK);
                assertThat(client.message()).endsWith("hello");
                server.shouldEnd();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldLetTheServerCloseFirst(Transport kind) throws IOException {
        try (Bench bench = Bench.http(kind, Bench.PATIENT, http(0, 0, ServerClose.SERVER));
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                assertThat(server.head()).contains("\r\nConnection: close\r\n");
                server.send(OK);
                assertThat(client.message()).endsWith("hello").doesNotContain("Connection: close");
                server.socket.setSoTimeout(100);
                org.assertj.core.api.Assertions.assertThatThrownBy(server::shouldEnd)
                        .isInstanceOf(java.net.SocketTimeoutException.class);
                server.socket.setSoTimeout(10_000);
                server.endOutput();
                server.shouldEnd();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldCloseFirst(Transport kind) throws IOException {
        try (Bench bench = Bench.http(kind, Bench.PATIENT, NONE_KEPT_GRACEFUL);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                assertThat(server.head()).doesNotContain("Connection:");
                server.send(OK);
                assertThat(client.message()).endsWith("hello");
                server.shouldEnd();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldReset(Transport kind) throws IOException {
        try (Bench bench = Bench.http(kind, Bench.PATIENT, http(0, 0, ServerClose.RESET));
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                answer(server, "GET / ");
                assertThat(client.message()).endsWith("hello");
                server.shouldBeReset();
            }
        }
    }

    private static HttpSettings http(int perDestination, int inAll, ServerClose close) {
        return new HttpSettings(perDestination, inAll, close, ClientAddress.OFF);
    }
}
