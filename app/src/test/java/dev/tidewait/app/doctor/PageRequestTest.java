package dev.tidewait.app.doctor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Endpoints that do not behave. */
@Timeout(60)
final class PageRequestTest {
    private static final long SHORT_MILLIS = 200;
    private static final long LONG_MILLIS = 20_000;

    private final ServerSocket server;

    PageRequestTest() throws IOException {
        server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void shouldReadTheBody() throws IOException {
        answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");

        PageRequest.Body body = ask(LONG_MILLIS);

        assertThat(text(body)).isEqualTo("hello");
        assertThat(body.isWhole()).isTrue();
    }

    @Test
    void shouldNotWaitForWhoIsSilent() {
        assertThatThrownBy(() -> ask(SHORT_MILLIS))
                .isInstanceOf(IOException.class)
                .hasMessage("it does not answer in time");
    }

    @Test
    void shouldNotWaitForWhoNeverEnds() {
        serve(out -> {
            out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(ISO_8859_1));
            while (true) {
                out.write(' ');
                out.flush();
            }
        });

        assertThatThrownBy(() -> ask(SHORT_MILLIS))
                .isInstanceOf(IOException.class)
                .hasMessage("it does not answer in time");
    }

    @Test
    void shouldNotReadMoreThanItCanHold() throws IOException {
        serve(out -> {
            out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(ISO_8859_1));
            byte[] chunk = new byte[1 << 16];
            while (true) {
                out.write(chunk);
            }
        });

        PageRequest.Body body = ask(LONG_MILLIS);

        assertThat(body.isWhole()).isFalse();
        assertThat(body.to()).isEqualTo(2 << 20);
        assertThat(body.bytes()).hasSize(2 << 20);
    }

    @Test
    void shouldSayWhatElseIsAnswered() {
        answer("HTTP/1.1 404 Not Found\r\n\r\n");
        assertThatThrownBy(() -> ask(LONG_MILLIS))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("it answers 404");
        answer("SSH-2.0-OpenSSH_9.2\r\n");
        assertThatThrownBy(() -> ask(LONG_MILLIS))
                .isInstanceOf(IOException.class)
                .hasMessage("it does not speak HTTP");
        answer("HTTP/1.1 \u001b[m \r\n\r\n");
        assertThatThrownBy(() -> ask(LONG_MILLIS))
                .isInstanceOf(IOException.class)
                .hasMessage("it does not speak HTTP");
    }

    /** Whoever may make a socket with such a name could send the doctor of root anywhere. */
    @Test
    void shouldNotCallOnOtherHosts() {
        InetSocketAddress other = new InetSocketAddress(InetAddress.ofLiteral("203.0.113.9"), 80);

        assertThatThrownBy(() -> PageRequest.get(other, "/ports", deadline(LONG_MILLIS)))
                .isInstanceOf(IOException.class)
                .hasMessage("it is no address of this host");
    }

    @Test
    void shouldAskAWildcardOverLoopback() throws IOException {
        answer("HTTP/1.1 200 OK\r\n\r\nhere");
        InetSocketAddress any = new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), server.getLocalPort());

        assertThat(text(PageRequest.get(any, "/ports", deadline(LONG_MILLIS)))).isEqualTo("here");
    }

    private static String text(PageRequest.Body body) {
        return new String(body.bytes(), body.from(), body.to() - body.from(), ISO_8859_1);
    }

    private PageRequest.Body ask(long millis) throws IOException {
        return PageRequest.get((InetSocketAddress) server.getLocalSocketAddress(), "/ports", deadline(millis));
    }

    private static long deadline(long millis) {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private void answer(String text) {
        serve(out -> out.write(text.getBytes(ISO_8859_1)));
    }

    private interface Server {
        void serve(OutputStream out) throws IOException;
    }

    /** One connection, until the client has gone. */
    private void serve(Server behaviour) {
        Thread.ofPlatform().daemon().start(() -> {
            try (Socket socket = server.accept()) {
                if (socket.getInputStream().read(new byte[1_024]) > 0) {
                    behaviour.serve(socket.getOutputStream());
                }
            } catch (IOException e) {
                return; // the client had enough
            }
        });
    }
}
