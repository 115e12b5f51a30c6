package dev.tidewait.proxy;

import static dev.tidewait.proxy.ConversationTest.OK;
import static dev.tidewait.proxy.ConversationTest.answer;
import static dev.tidewait.proxy.ConversationTest.get;
import static dev.tidewait.proxy.ConversationTest.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.netty.ConnectFailedException.Reason;
import dev.tidewait.netty.Transport;
import dev.tidewait.proxy.failure.EndCause;
import io.netty.channel.Channel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an HTTP client sees of a server that fails, and a server of a client that does. */
class ServerFailureTest {
    @AfterAll
    static void shouldNotHaveLeaked() {
        assertThat(Leaks.found()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void shouldAnswer502WhereTheServerClosesWithoutAnAnswerAndGoOn(Transport kind) throws IOException {
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                server.head();
            }
            assertThat(client.message())
                    .startsWith("HTTP/1.1 502 ")
                    .contains("error=http_response_incomplete", "without an answer")
                    .doesNotContain("Connection: close");
            client.send(get(bench, "/again"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                answer(server, "GET /again ");
                assertThat(client.message()).endsWith("hello");
            }
        }
    }

    /** The client goes on sending, and is told by the answer and our FIN. */
    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO"})
    void shouldHearAServerThatClosesBehindAnEarlyAnswer(Transport kind) throws IOException {
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(post(bench, "/", "Content-Length: 100000\r\n", "begin"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                assertThat(server.head()).startsWith("POST / ");
                server.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 5\r\n\r\nhello");
                assertThat(client.message()).endsWith("hello");
                client.shouldEnd();
                server.endOutput();
                Until.isTrue(
                        "the server's connection is given up",
                        () -> bench.connector.channels.stream().noneMatch(Channel::isOpen));
            }
        }
    }

    /** Not with io_uring: Netty 4.2.18 does not always hear of an RST that comes right behind something else; the idle time-out does. */
    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO"})
    void shouldAnswer502WhereTheServerResets(Transport kind) throws IOException {
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                server.head();
                server.send("HTTP/1.1 2");
                Until.isTrue("read", () -> bench.metrics.connected.get() == 1);
                server.reset();
            }
            assertThat(client.message()).startsWith("HTTP/1.1 502 ").contains("error=connection_terminated");
        }
    }

    /** Not with io_uring, as above. */
    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO"})
    void shouldAnswer502WhereTheServerResetsInTheMiddleOfAHead(Transport kind) throws IOException {
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                server.head();
                server.send("HTTP/1.1 2");
                server.reset();
            }
            assertThat(client.message())
                    .startsWith("HTTP/1.1 502 ")
                    .contains("error=connection_terminated", "in the middle of its answer");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly some",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n",
            })
    void shouldShowTheClientThatAnAnswerWasCutShort(String begin) throws IOException {
        try (Bench bench = Bench.http(Transport.EPOLL);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                server.head();
                server.send(begin);
            }
            assertThat(client.rest()).endsWith(begin.substring(begin.lastIndexOf("\r\n\r\n")));
            Bench.end(client.socket);
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.BAD_RESPONSE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldResetTheClientWhereFinWouldLookLikeTheEnd(Transport kind) throws IOException {
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                server.head();
                server.send("HTTP/1.1 200 OK\r\n\r\nsome of it");
                assertThat(client.head()).startsWith("HTTP/1.1 200 ");
                assertThat(client.bytes(10)).isEqualTo("some of it");
                server.reset();
            }
            client.shouldBeReset();
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.SERVER_RESET);
        }
    }

    @Test
    void shouldResetAnOldClientWhereTheChunksEndTooEarly() throws IOException {
        try (Bench bench = Bench.http(Transport.EPOLL);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/").replace("HTTP/1.1", "HTTP/1.0"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                server.head();
                server.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nsome\r\n");
                assertThat(client.head()).startsWith("HTTP/1.1 200 ");
                assertThat(client.bytes(4)).isEqualTo("some");
                Bench.end(server.socket);
            }
            client.shouldBeReset();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 200 OK\\r\\nContent-Length: 1\\r\\nContent-Length: 2\\r\\n\\r\\n | http_protocol_error",
                "HTTP/1.1 200 OK\\r\\nContent-Length: 1\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n | http_protocol_error",
                "HTTP/1.1 200 OK\\nContent-Length: 1\\n\\nx | http_protocol_error",
                "SSH-2.0-OpenSSH_9.2\\r\\n\\r\\n | http_protocol_error",
                "HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: x\\r\\nConnection: upgrade\\r\\n\\r\\n | http_protocol_error",
            })
    void shouldNotPassOnABrokenAnswer(String answer, String errorType) throws IOException {
        try (Bench bench = Bench.http(Transport.EPOLL);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                server.head();
                server.send(answer.replace("\\r", "\r").replace("\\n", "\n"));
                assertThat(client.message()).startsWith("HTTP/1.1 502 ").contains("error=" + errorType);
                server.shouldBeReset();
            }
        }
    }

    @Test
    void shouldCutAnAnswerWithBrokenChunks() throws IOException {
        try (Bench bench = Bench.http(Transport.EPOLL);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                server.head();
                server.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcXX0\r\n\r\n");
                assertThat(client.rest()).endsWith("\r\n\r\n3\r\nabc");
                server.shouldBeReset();
            }
        }
    }

    @Test
    void shouldNotUseAConnectionAgainOnWhichMoreCameThanTheAnswer() throws IOException {
        try (Bench bench = Bench.http(Transport.EPOLL);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                server.head();
                server.send(OK + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
                assertThat(client.message()).endsWith("hello");
                server.shouldEnd();
                client.send(get(bench, "/next"));
                try (RawPeer second = new RawPeer(bench.accepted())) {
                    answer(second, "GET /next ");
                    assertThat(client.message()).endsWith("hello");
                }
            }
        }
    }

    @Test
    void shouldAnswer504WhereTheServerStaysSilent() throws IOException {
        try (Bench bench = Bench.http(
                        Transport.EPOLL,
                        Bench.timeouts(Duration.ofMillis(150), Duration.ofSeconds(60)),
                        HttpSettings.DEFAULTS);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                server.head();
                assertThat(client.message())
                        .startsWith("HTTP/1.1 504 ")
                        .contains("error=http_response_timeout")
                        .doesNotContain("Connection: close");
                server.shouldBeReset();
            }
        }
    }

    @Test
    void shouldAnswer408WhereTheClientStopsInTheMiddleOfItsContent() throws IOException {
        try (Bench bench = Bench.http(
                        Transport.EPOLL,
                        Bench.timeouts(Duration.ofMillis(150), Duration.ofSeconds(60)),
                        HttpSettings.DEFAULTS);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(post(bench, "/", "Content-Length: 10\r\n", "half"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                server.head();
                assertThat(client.rest()).startsWith("HTTP/1.1 408 ").contains("\r\nConnection: close\r\n");
                assertThat(server.restBeforeReset()).isEqualTo("half");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldShowTheServerThatTheContentWasCutShort(Transport kind) throws IOException {
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(post(bench, "/", "Content-Length: 10\r\n", "half"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                server.head();
                assertThat(server.bytes(4)).isEqualTo("half");
                client.endOutput();
                assertThat(client.rest()).startsWith("HTTP/1.1 400 ").contains("ended in the middle");
                server.shouldBeReset();
            }
        }
    }

    /** Bench.close sees a connection that nobody has. */
    @ParameterizedTest
    @EnumSource
    void shouldNotKeepAConnectionThatCameForARequestGivenUp(Transport kind) throws IOException {
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            CompletableFuture<Void> gate = bench.connector.closeGate();
            client.send(post(bench, "/", "Content-Length: 10\r\n", ""));
            Until.isTrue("it dials", () -> bench.connector.requests.size() == 1);
            client.endOutput();
            assertThat(client.rest()).startsWith("HTTP/1.1 400 ").contains("ended in the middle");
            gate.complete(null);
        }
    }

    @Test
    void shouldRefuseBrokenChunksOfTheClient() throws IOException {
        try (Bench bench = Bench.http(Transport.EPOLL);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(post(bench, "/", "Transfer-Encoding: chunked\r\n", "3\r\nabcXX"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                assertThat(client.rest()).startsWith("HTTP/1.1 400 ").contains("\r\nConnection: close\r\n");
                server.restBeforeReset();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldResetTheServerWhenTheClientDoes(Transport kind) throws IOException {
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                server.head();
                client.reset();
                server.shouldBeReset();
                assertThat(bench.awaitEnd()).isEqualTo(EndCause.CLIENT_RESET);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "NO_PORT, 503, connection_limit_reached",
        "LOCAL, 503, proxy_internal_error",
        "TIMED_OUT, 504, connection_timeout"
    })
    void shouldNotBlameTheServerForTroubleOfThisHost(Reason reason, int status, String errorType) throws IOException {
        try (Bench bench = Bench.http(Transport.EPOLL);
                RawPeer client = new RawPeer(bench.client())) {
            bench.connector.failFor(bench.origin.getLocalPort(), reason);
            client.send(get(bench, "/"));
            assertThat(client.message())
                    .startsWith("HTTP/1.1 " + status + " ")
                    .contains("error=" + errorType)
                    .doesNotContain("Connection: close");
            assertThat(bench.metrics.connectFailures).containsExactly(reason);
        }
    }

    /** Early answers. */
    @ParameterizedTest
    @EnumSource
    void shouldPassOnAnEarlyAnswerAndTheRestOfTheContent(Transport kind) throws IOException {
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(post(bench, "/", "Content-Length: 10\r\n", "first"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                server.head();
                assertThat(server.bytes(5)).isEqualTo("first");
                server.send(OK);
                assertThat(client.rest()).contains("\r\nConnection: close\r\n").endsWith("hello");
                client.send("other");
                assertThat(server.bytes(5)).isEqualTo("other");
                Bench.end(client.socket);
                assertThat(bench.awaitEnd()).isEqualTo(EndCause.SERVED);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldPassOnTheAnswerOfAServerThatReadsNoFurther(Transport kind) throws IOException {
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(post(bench, "/", "Content-Length: 1000000000\r\n", "x".repeat(100_000)));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                server.head();
                server.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig");
            }
            assertThat(client.rest())
                    .startsWith("HTTP/1.1 413 ")
                    .contains("\r\nConnection: close\r\n")
                    .endsWith("\r\n\r\nbig");
        }
    }
}
