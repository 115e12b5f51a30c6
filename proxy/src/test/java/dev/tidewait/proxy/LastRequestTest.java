package dev.tidewait.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.netty.Transport;
import dev.tidewait.proxy.failure.EndCause;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The end of a client's connection behind a request that says {@code Connection: close}. */
class LastRequestTest {
    /** A close that waits for the client's FIN takes 2 s. */
    private static final Duration AT_ONCE = Duration.ofSeconds(1);

    @AfterAll
    static void shouldNotHaveLeaked() {
        assertThat(Leaks.found()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO"})
    void shouldNotWaitForAClientThatHasNothingMoreToSay(Transport kind) throws IOException {
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(last(bench));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                ConversationTest.answer(server, "GET / ");
                assertThat(client.rest()).contains("\r\nConnection: close\r\n").endsWith("hello");
                long since = System.nanoTime();

                assertThat(bench.awaitEnd()).isEqualTo(EndCause.SERVED); // the client still has its end open
                assertThat(System.nanoTime() - since).isLessThan(AT_ONCE.toNanos());
            }
        }
    }

    /** Closing over what it sends would reset the connection, and with it the answer. */
    @ParameterizedTest
    @EnumSource
    void shouldDeliverTheAnswerToAClientThatGoesOnAllTheSame(Transport kind) throws IOException {
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(last(bench) + ConversationTest.get(bench, "/more"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                ConversationTest.answer(server, "GET / ");
                client.send(ConversationTest.get(bench, "/still-more"));
                assertThat(client.rest()).contains("\r\nConnection: close\r\n").endsWith("hello");
                client.send("and more");
                Bench.end(client.socket);

                assertThat(bench.awaitEnd()).isEqualTo(EndCause.SERVED);
                assertThat(bench.connector.requests).hasSize(1);
            }
        }
    }

    /** Some old clients send a line end behind a request. What the kernel has not delivered by then would be lost with a close at once. */
    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO"})
    void shouldDeliverALongAnswerToAClientThatSaysALittleMore(Transport kind) throws IOException {
        String content = "x".repeat(200_000);
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.socket.setReceiveBufferSize(16_384);
            client.send(last(bench));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                server.head();
                server.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 200000\r\n\r\n" + content);
                assertThat(server.rest()).isEmpty(); // the proxy has all of it, and the kernel most
                client.send("\r\n");
                assertThat(client.rest()).endsWith("\r\n\r\n" + content);
                Bench.end(client.socket);

                assertThat(bench.awaitEnd()).isEqualTo(EndCause.SERVED);
            }
        }
    }

    private static String last(Bench bench) {
        return ConversationTest.get(bench, "/").replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    }
}
