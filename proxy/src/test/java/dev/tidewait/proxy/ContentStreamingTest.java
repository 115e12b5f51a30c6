package dev.tidewait.proxy;

import static dev.tidewait.proxy.ConversationTest.OK;
import static dev.tidewait.proxy.ConversationTest.get;
import static dev.tidewait.proxy.ConversationTest.post;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.netty.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Content of any length, with slow readers on both sides. */
class ContentStreamingTest {
    private static final int LARGE_BYTES = 24 << 20;

    @AfterAll
    static void shouldNotHaveLeaked() {
        assertThat(Leaks.found()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void shouldStreamBothWaysAtOnce(Transport kind) throws Exception {
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(post(bench, "/echo", "Content-Length: " + LARGE_BYTES + "\r\n", ""));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                server.head();
                server.send("HTTP/1.1 200 OK\r\nContent-Length: " + LARGE_BYTES + "\r\n\r\n");
                CompletableFuture<Long> sent = background(() -> sendPlain(client, LARGE_BYTES));
                CompletableFuture<Integer> echo = background(() -> {
                    byte[] block = new byte[16_384];
                    for (int left = LARGE_BYTES; left > 0; ) {
                        int length = server.socket.getInputStream().read(block);
                        server.socket.getOutputStream().write(block, 0, length);
                        left -= length;
                    }
                    return LARGE_BYTES;
                });
                assertThat(client.head()).startsWith("HTTP/1.1 200 ");
                long received = checksum(client.socket.getInputStream(), LARGE_BYTES);
                assertThat(received).isEqualTo(sent.get(20, TimeUnit.SECONDS));
                client.shouldEnd();
                client.endOutput();
                echo.get(20, TimeUnit.SECONDS);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldStreamChunksAndTrailersBothWays(Transport kind) throws Exception {
        int chunks = 3000;
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(post(bench, "/", "Transfer-Encoding: chunked\r\nTrailer: Checksum\r\n", ""));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                assertThat(server.head()).contains("\r\nTransfer-Encoding: chunked\r\n");
                CompletableFuture<String> sent = background(() -> sendChunks(client, chunks));
                String expected = sent.get(20, TimeUnit.SECONDS);
                assertThat(server.bytes(expected.length())).isEqualTo(expected);
                server.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                CompletableFuture<String> answered = background(() -> sendChunks(server, chunks));
                assertThat(client.head())
                        .contains("\r\nTransfer-Encoding: chunked\r\n")
                        .doesNotContain("Connection: close");
                String answer = answered.get(20, TimeUnit.SECONDS);
                assertThat(client.bytes(answer.length())).isEqualTo(answer);
                client.send(get(bench, "/next"));
                server.head();
                server.send(OK);
                assertThat(client.message()).endsWith("hello");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldHoldLittleOfAnAnswerThatTheClientDoesNotRead(Transport kind) throws Exception {
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                server.head();
                server.send("HTTP/1.1 200 OK\r\nContent-Length: " + LARGE_BYTES + "\r\n\r\n");
                CompletableFuture<Long> sent = background(() -> sendPlain(server, LARGE_BYTES));
                Until.isTrue(
                        "the server is not read any more",
                        () -> !bench.connector.channels.getFirst().config().isAutoRead());
                assertThat(sent).isNotDone();
                assertThat(bench.mostHeldBytes()).isLessThan(WireSettings.MOST_UNSENT_BYTES + 4096);
                client.head();
                assertThat(checksum(client.socket.getInputStream(), LARGE_BYTES))
                        .isEqualTo(sent.get(20, TimeUnit.SECONDS));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldHoldLittleOfARequestThatTheServerDoesNotRead(Transport kind) throws Exception {
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(post(bench, "/", "Content-Length: " + LARGE_BYTES + "\r\n", ""));
            CompletableFuture<Long> sent = background(() -> sendPlain(client, LARGE_BYTES));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                Until.isTrue(
                        "the server's socket is full",
                        () -> !bench.connector.channels.isEmpty()
                                && !bench.connector.channels.getFirst().isWritable());
                assertThat(sent).isNotDone();
                // Of what waits for the server one piece more may have been read from the client.
                assertThat(bench.mostHeldBytes()).isLessThan(2 * WireSettings.MOST_UNSENT_BYTES);
                server.head();
                assertThat(checksum(server.socket.getInputStream(), LARGE_BYTES))
                        .isEqualTo(sent.get(20, TimeUnit.SECONDS));
                server.send(OK);
                assertThat(client.message()).endsWith("hello");
            }
        }
    }

    /** The wait for the client's FIN must not cut the last answer, however slowly the client reads it. */
    @ParameterizedTest
    @EnumSource
    void shouldDeliverAllOfTheLastAnswerToASlowReader(Transport kind) throws Exception {
        int length = 200_000;
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.socket.setReceiveBufferSize(4096);
            client.send(get(bench, "/").replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                server.head();
                server.send("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n" + "x".repeat(length));
                long begin = System.nanoTime();
                Until.isTrue(
                        "three seconds have passed", () -> System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(3));
                assertThat(client.rest()).endsWith("\r\n\r\n" + "x".repeat(length));
            }
        }
    }

    private static long sendPlain(RawPeer to, int count) throws IOException {
        byte[] block = new byte[8192];
        CRC32 sum = new CRC32();
        OutputStream out = to.socket.getOutputStream();
        for (int done = 0; done < count; done += block.length) {
            for (int i = 0; i < block.length; i += 64) {
                block[i] = (byte) (done + i * 31 + done / 8192);
            }
            sum.update(block);
            out.write(block);
        }
        return sum.getValue();
    }

    private static String sendChunks(RawPeer to, int count) throws IOException {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < count; i++) {
            int size = 1 + (i * 37) % 97;
            all.append(Integer.toHexString(size))
                    .append(i % 5 == 0 ? ";ext=1" : "")
                    .append("\r\n");
            all.append(String.valueOf((char) ('a' + i % 26)).repeat(size)).append("\r\n");
        }
        all.append("0\r\nChecksum: 1\r\n\r\n");
        to.socket.getOutputStream().write(all.toString().getBytes(ISO_8859_1));
        return all.toString();
    }

    private static long checksum(InputStream in, int count) throws IOException {
        CRC32 sum = new CRC32();
        byte[] block = new byte[65_536];
        int left = count;
        while (left > 0) {
            int length = in.read(block, 0, Math.min(block.length, left));
            if (length < 0) {
                throw new AssertionError("the connection ended " + left + " bytes too early");
            }
            sum.update(block, 0, length);
            left -= length;
        }
        return sum.getValue();
    }

    private interface Step<T> {
        T run() throws IOException;
    }

    private static <T> CompletableFuture<T> background(Step<T> step) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return step.run();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                task -> Thread.ofVirtual().start(task));
    }
}
