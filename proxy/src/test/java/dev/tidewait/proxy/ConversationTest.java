package dev.tidewait.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.netty.Transport;
import dev.tidewait.proxy.failure.EndCause;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an HTTP client and a server see of each other, request after request, where nobody fails. */
class ConversationTest {
    static final String OK = "HTTP/1.1 200 OK\r\nDate: Fri, 27 Nov 2026 06:00:00 GMT\r\nContent-Length: 5\r\n\r\nhello";

    @AfterAll
    static void shouldNotHaveLeaked() {
        assertThat(Leaks.found()).isEmpty();
    }

    /** That its connection is kept it had been told before. */
    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO"})
    void shouldEndAConnectionWhoseAnswerEndsDuringTheDrain(Transport kind) throws Exception {
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                server.head();
                server.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe");
                assertThat(client.head()).doesNotContain("Connection: close");
                CompletableFuture<ProxyServer.StopReport> stop = bench.server.stop();
                server.send("llo");
                assertThat(client.bytes(5)).isEqualTo("hello");
                client.shouldEnd();
                client.endOutput();
                server.shouldEnd();
                server.endOutput();
                assertThat(stop.get(10, TimeUnit.SECONDS).resetCount()).isZero();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldForwardARequestAndItsAnswer(Transport kind) throws IOException {
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/a?b=c"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                assertThat(server.head())
                        .startsWith("GET /a?b=c HTTP/1.1\r\n")
                        .contains("\r\nHost: " + bench.authority() + "\r\n")
                        .contains("\r\nVia: 1.1 tidewait\r\n")
                        .doesNotContain("Connection:");
                server.send(OK);
                assertThat(client.message())
                        .startsWith("HTTP/1.1 200 OK\r\n")
                        .contains("\r\nVia: 1.1 tidewait\r\n")
                        .doesNotContain("Connection:")
                        .endsWith("\r\n\r\nhello");
                Bench.end(client.socket);
                assertThat(bench.awaitEnd()).isEqualTo(EndCause.CLIENT_CLOSED);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldServeRequestsOneAfterTheOtherOverOneServerConnection(Transport kind) throws IOException {
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/0"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                for (int i = 0; i < 50; i++) {
                    answer(server, "GET /" + i + " ");
                    assertThat(client.message()).endsWith("hello");
                    client.send(get(bench, "/" + (i + 1)));
                }
                answer(server, "GET /50 ");
                assertThat(client.message()).endsWith("hello");
                assertThat(bench.connector.requests).hasSize(1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldAnswerPipelinedRequestsInTheirOrder(Transport kind) throws IOException {
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                all.append(i % 2 == 0 ? get(bench, "/" + i) : post(bench, "/" + i, "Content-Length: 4\r\n", "body"));
            }
            client.send(all.toString());
            client.endOutput();
            try (RawPeer server = new RawPeer(bench.accepted())) {
                for (int i = 0; i < 200; i++) {
                    assertThat(server.message())
                            .contains(" /" + i + " HTTP/1.1\r\n")
                            .doesNotEndWith("bodybody");
                    server.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n" + (1000 + i));
                    assertThat(client.message()).endsWith("\r\n\r\n" + (1000 + i));
                }
                client.shouldEnd();
            }
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.CLIENT_CLOSED);
        }
    }

    /** Each is answered by the proxy itself; the client reads nothing until all are sent. */
    @Test
    void shouldAnswerAnyNumberOfPipelinedRequestsThatItRefuses() throws IOException {
        int count = 20_000;
        try (Bench bench = Bench.http(Transport.EPOLL);
                RawPeer client = new RawPeer(bench.client())) {
            String request = "GET /to-the-proxy-itself HTTP/1.1\r\nHost: a.test\r\n\r\n";
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                try {
                    client.send(request.repeat(count));
                    client.endOutput();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            for (int i = 0; i < count; i++) {
                assertThat(client.message()).startsWith("HTTP/1.1 400 ");
            }
            client.shouldEnd();
            sending.orTimeout(10, TimeUnit.SECONDS).join();
        }
    }

    @Test
    void shouldReadARequestThatComesByteByByte() throws IOException {
        try (Bench bench = Bench.http(Transport.EPOLL);
                RawPeer client = new RawPeer(bench.client())) {
            String request = post(bench, "/", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\nX: y\r\n\r\n");
            client.sendByteByByte(request);
            try (RawPeer server = new RawPeer(bench.accepted())) {
                assertThat(server.head()).contains("\r\nTransfer-Encoding: chunked\r\n");
                assertThat(server.bytes(19)).isEqualTo("3\r\nabc\r\n0\r\nX: y\r\n\r\n");
                server.sendByteByByte(OK);
                assertThat(client.message()).endsWith("hello");
            }
        }
    }

    @Test
    void shouldCloseAfterTheAnswerWhenTheClientWantsThat() throws IOException {
        try (Bench bench = Bench.http(Transport.EPOLL);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/").replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                answer(server, "GET / ");
                assertThat(client.rest()).contains("\r\nConnection: close\r\n").endsWith("hello");
                Bench.end(client.socket);
                assertThat(bench.awaitEnd()).isEqualTo(EndCause.SERVED);
            }
        }
    }

    @Test
    void shouldCloseAfterTheAnswerToAnOldClientAndTakeTheChunksAway() throws IOException {
        try (Bench bench = Bench.http(Transport.EPOLL);
                RawPeer client = new RawPeer(bench.client())) {
            client.send("GET http://" + bench.authority() + "/ HTTP/1.0\r\n\r\n");
            try (RawPeer server = new RawPeer(bench.accepted())) {
                assertThat(server.head()).startsWith("GET / HTTP/1.1\r\nHost: " + bench.authority() + "\r\n");
                server.send("HTTP/1.1 100 Continue\r\n\r\n");
                server.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                server.send("3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nX: y\r\n\r\n");
                assertThat(client.rest())
                        .startsWith("HTTP/1.1 200 ")
                        .doesNotContain("chunked")
                        .endsWith("\r\n\r\nabcdefg");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldPassOnAnAnswerThatEndsWithTheConnection(Transport kind) throws IOException {
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                server.head();
                server.send("HTTP/1.0 200 OK\r\n\r\nall that ");
                server.send("comes");
                server.endOutput();
                assertThat(client.rest()).contains("\r\nConnection: close\r\n").endsWith("\r\n\r\nall that comes");
                server.shouldEnd();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HEAD|HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
                "HEAD|HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                "GET|HTTP/1.1 204 No Content\r\n\r\n",
                "GET|HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n",
                "GET|HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            })
    void shouldKeepBothConnectionsBehindAnswersWithoutContent(String methodAndAnswer) throws IOException {
        String method = methodAndAnswer.substring(0, methodAndAnswer.indexOf('|'));
        String answer = methodAndAnswer.substring(methodAndAnswer.indexOf('|') + 1);
        try (Bench bench = Bench.http(Transport.EPOLL);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/").replace("GET", method));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                server.head();
                server.send(answer);
                assertThat(client.head()).startsWith(answer.substring(0, answer.indexOf('\r')));
                client.send(get(bench, "/next"));
                answer(server, "GET /next ");
                assertThat(client.message()).endsWith("hello");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldPassOnInterimAnswersAndTheContentBehindThem(Transport kind) throws IOException {
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(post(bench, "/", "Content-Length: 4\r\nExpect: 100-continue\r\n", ""));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                assertThat(server.head()).contains("\r\nExpect: 100-continue\r\n");
                server.send("HTTP/1.1 100 Continue\r\n\r\n");
                assertThat(client.head()).startsWith("HTTP/1.1 100 Continue\r\n");
                server.send("HTTP/1.1 103 Early Hints\r\nLink: </s>; rel=preload\r\n\r\n");
                assertThat(client.head()).contains("103 Early Hints", "Link: </s>; rel=preload");
                client.send("body");
                assertThat(server.bytes(4)).isEqualTo("body");
                server.send(OK);
                assertThat(client.message()).doesNotContain("Connection: close").endsWith("hello");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldBecomeATunnelWhenTheServerSwitches(Transport kind) throws IOException {
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(
                    get(bench, "/chat").replace("\r\n\r\n", "\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                assertThat(server.head()).contains("\r\nUpgrade: websocket\r\n");
                server.send(
                        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nfirst");
                assertThat(client.head()).startsWith("HTTP/1.1 101 ").contains("\r\nUpgrade: websocket\r\n");
                assertThat(client.bytes(5)).isEqualTo("first");
                client.send("up");
                assertThat(server.bytes(2)).isEqualTo("up");
                server.send("down");
                assertThat(client.bytes(4)).isEqualTo("down");
                client.endOutput();
                server.shouldEnd();
                Bench.end(server.socket);
                client.shouldEnd();
            }
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.CLIENT_CLOSED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldOpenATunnelBehindOtherRequests(Transport kind) throws IOException {
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.send("CONNECT 127.0.0.1:1 HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.message()).startsWith("HTTP/1.1 502 ");
            client.send("CONNECT " + bench.authority() + " HTTP/1.1\r\nHost: a\r\n\r\nearly");
            try (RawPeer server = new RawPeer(bench.accepted())) {
                assertThat(client.head()).startsWith("HTTP/1.1 200 ");
                assertThat(server.bytes(5)).isEqualTo("early");
                server.send("down");
                assertThat(client.bytes(4)).isEqualTo("down");
            }
            client.shouldEnd();
        }
    }

    @Test
    void shouldCloseAClientThatAsksForNothingMore() throws IOException {
        Timeouts shortIdle = Patience.withClientIdle(Duration.ofMillis(100));
        try (Bench bench = Bench.http(Transport.EPOLL, shortIdle, HttpSettings.DEFAULTS);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                answer(server, "GET / ");
                assertThat(client.message()).endsWith("hello");
                client.shouldEnd();
                assertThat(bench.awaitEnd()).isEqualTo(EndCause.IDLE);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldFinishTheRequestUnderWayWhenItStops(Transport kind) throws Exception {
        try (Bench bench = Bench.http(kind);
                RawPeer idle = new RawPeer(bench.client());
                RawPeer client = new RawPeer(bench.client())) {
            idle.send(get(bench, "/"));
            try (RawPeer first = new RawPeer(bench.accepted())) {
                answer(first, "GET / ");
                assertThat(idle.message()).endsWith("hello");
                client.send(get(bench, "/slow"));
                first.head();
                CompletableFuture<ProxyServer.StopReport> stop = bench.server.stop();
                idle.shouldEnd();
                first.send(OK);
                assertThat(client.rest()).contains("\r\nConnection: close\r\n").endsWith("hello");
                first.shouldEnd();
                Bench.end(first.socket);
                Bench.end(client.socket);
                assertThat(stop.get(5, TimeUnit.SECONDS).resetCount()).isZero();
            }
        }
    }

    static void answer(RawPeer server, String requestStart) throws IOException {
        assertThat(server.head()).startsWith(requestStart);
        server.send(OK);
    }

    static String get(Bench bench, String path) {
        return "GET http://" + bench.authority() + path + " HTTP/1.1\r\nHost: " + bench.authority() + "\r\n\r\n";
    }

    static String post(Bench bench, String path, String fields, String body) {
        return "POST http://" + bench.authority() + path + " HTTP/1.1\r\nHost: " + bench.authority() + "\r\n" + fields
                + "\r\n" + body;
    }
}
