package dev.tidewait.proxy;

import static dev.tidewait.proxy.ConversationTest.OK;
import static dev.tidewait.proxy.ConversationTest.post;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewait.netty.Transport;
import dev.tidewait.proxy.failure.EndCause;
import io.netty.channel.Channel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A peer that ends while it is not read, because the other one takes nothing. Every time-out is 60 s, so an exchange that ends did not wait
 * for one.
 */
class UnreadPeerTest {
    private static final byte[] BLOCK = new byte[16 * 1024];

    private static final int ROOM_BYTES = 200 * 1024;

    @AfterAll
    static void shouldNotHaveLeaked() {
        assertThat(Leaks.found()).isEmpty();
    }

    /** Not on NIO, which cannot ask. */
    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING"})
    void shouldPassOnTheResetOfAClientThatIsNotRead(Transport kind) throws IOException {
        try (Bench bench = Bench.tcp(kind, Bench.PATIENT);
                Socket client = bench.client();
                Socket server = bench.accepted()) {
            fill(client, () -> !toServer(bench).isWritable());
            Bench.reset(client);
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.CLIENT_RESET);
            shouldBeReset(server);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING"})
    void shouldPassOnTheResetOfAServerThatIsNotRead(Transport kind) throws IOException {
        try (Bench bench = Bench.tcp(kind, Bench.PATIENT);
                Socket client = bench.client();
                Socket server = bench.accepted()) {
            fill(
                    server,
                    () -> bench.mostUnsentToClient() > 0
                            && !toServer(bench).config().isAutoRead());
            Bench.reset(server);
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.SERVER_RESET);
            shouldBeReset(client);
        }
    }

    /** Netty's io_uring sometimes makes no read of it. */
    @ParameterizedTest
    @EnumSource
    void shouldEndByAResetRightBehindTheFirstBytes(Transport kind) throws IOException {
        for (int i = 0; i < 8; i++) {
            try (Bench bench = Bench.tcp(kind, Bench.PATIENT);
                    Socket client = bench.client();
                    Socket server = bench.accepted()) {
                assertThat(client.isConnected()).isTrue();
                server.getOutputStream().write(BLOCK);
                Bench.reset(server);
                // The second where the RST is there before anybody has looked at the connect.
                assertThat(bench.awaitEnd()).isIn(EndCause.SERVER_RESET, EndCause.NOT_CONNECTED);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldPassOnAllOfAClientThatHasOnlySentFin(Transport kind) throws IOException {
        try (Bench bench = Bench.tcp(kind, Bench.PATIENT);
                Socket client = bench.client();
                Socket server = bench.accepted()) {
            long sent = fill(client, () -> !toServer(bench).isWritable());
            client.shutdownOutput();
            someLooksPass();
            assertThat(server.getInputStream().readAllBytes()).hasSize((int) sent);
            server.getOutputStream().write("thanks".getBytes(ISO_8859_1));
            Bench.end(server);
            assertThat(client.getInputStream().readAllBytes()).hasSize(6);
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.CLIENT_CLOSED);
        }
    }

    /** Its kernel answers with RST, but what it sent before its FIN is complete. */
    @ParameterizedTest
    @EnumSource
    void shouldPassOnAllOfAClientThatHasClosedAndIsToldSomething(Transport kind) throws IOException {
        try (Bench bench = Bench.tcp(kind, Bench.PATIENT);
                Socket client = bench.client();
                Socket server = bench.accepted()) {
            long sent = fill(client, () -> !toServer(bench).isWritable());
            Bench.end(client);
            server.getOutputStream().write(1);
            someLooksPass();
            assertThat(server.getInputStream().readAllBytes()).hasSize((int) sent);
            Bench.end(server);
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.CLIENT_CLOSED);
        }
    }

    /** The kernel's state is then the same as after an RST. */
    @ParameterizedTest
    @EnumSource
    void shouldPassOnAllOfAClientThatHasSentFinAfterTheServer(Transport kind) throws IOException {
        try (Bench bench = Bench.tcp(kind, Bench.PATIENT);
                Socket client = bench.client();
                Socket server = bench.accepted()) {
            server.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            long sent = fill(client, () -> !toServer(bench).isWritable());
            Bench.end(client);
            someLooksPass();
            assertThat(server.getInputStream().readAllBytes()).hasSize((int) sent);
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.SERVER_CLOSED);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING"})
    void shouldPassOnTheResetOfAClientWhoseContentIsNotRead(Transport kind) throws IOException {
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(post(bench, "/", "Content-Length: 1000000000\r\n", ""));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                server.head();
                fill(client.socket, () -> !toServer(bench).isWritable());
                client.reset();
                assertThat(bench.awaitEnd()).isEqualTo(EndCause.CLIENT_RESET);
                shouldBeReset(server.socket);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldPassOnTheContentOfAClientThatHasOnlySentFin(Transport kind) throws IOException {
        byte[] chunk = ("4000\r\n" + "x".repeat(0x4000) + "\r\n").getBytes(ISO_8859_1);
        try (Bench bench = Bench.http(kind);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(post(bench, "/", "Transfer-Encoding: chunked\r\n", ""));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                server.head();
                long chunks = fill(client.socket, chunk, () -> !toServer(bench).isWritable());
                client.send("0\r\n\r\n");
                client.endOutput();
                someLooksPass();
                server.bytes((int) chunks * chunk.length);
                assertThat(server.bytes(5)).isEqualTo("0\r\n\r\n");
                server.send(OK);
                assertThat(client.rest()).startsWith("HTTP/1.1 200 ").endsWith("hello");
            }
        }
    }

    /** The only connection to a server. */
    private static Channel toServer(Bench bench) {
        Until.isTrue("connected", () -> !bench.connector.channels.isEmpty());
        return bench.connector.channels.getFirst();
    }

    /** Sends block after block, slowly enough that the last ones find room in the kernel, until {@code enough}; returns how many bytes. */
    private static long fill(Socket socket, BooleanSupplier enough) throws IOException {
        return BLOCK.length * fill(socket, BLOCK, enough);
    }

    /** Returns how many blocks. */
    private static long fill(Socket socket, byte[] block, BooleanSupplier enough) throws IOException {
        socket.setSendBufferSize(ROOM_BYTES);
        AtomicLong sent = new AtomicLong();
        Until.isTrue("nothing more is taken", () -> {
            try {
                socket.getOutputStream().write(block);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
            sent.incrementAndGet();
            return enough.getAsBoolean();
        });
        return sent.get();
    }

    /** An RST would be noticed within one and a half. */
    private static void someLooksPass() {
        long begin = System.nanoTime();
        Until.isTrue("three seconds have passed", () -> System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(3));
    }

    private static void shouldBeReset(Socket socket) {
        assertThatThrownBy(() -> socket.getInputStream().readAllBytes())
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }
}
