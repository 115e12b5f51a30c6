package dev.tidewait.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;

/** A client or server that says exactly the bytes it is told to, and reads messages back byte by byte; blocks, for one thread. */
final class RawPeer implements AutoCloseable {
    final Socket socket;

    RawPeer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    void sendByteByByte(String text) throws IOException {
        for (int i = 0; i < text.length(); i++) {
            socket.getOutputStream().write(text.charAt(i));
        }
    }

    /** Up to and with the empty line. */
    String head() throws IOException {
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        String text = "";
        while (!text.endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                throw new AssertionError("the connection ended in a head: " + text);
            }
            head.write(b);
            text = head.toString(ISO_8859_1);
        }
        return text;
    }

    String bytes(int count) throws IOException {
        return new String(socket.getInputStream().readNBytes(count), ISO_8859_1);
    }

    /** These bytes and no others come next; more may come behind them. */
    void shouldGet(String expected) throws IOException {
        StringBuilder got = new StringBuilder();
        byte[] buffer = new byte[expected.length()];
        try {
            while (got.length() < expected.length() && expected.startsWith(got.toString())) {
                int length = socket.getInputStream().read(buffer, 0, expected.length() - got.length());
                if (length < 0) {
                    break;
                }
                got.append(new String(buffer, 0, length, ISO_8859_1));
            }
        } catch (SocketException | SocketTimeoutException instead) {
            throw new AssertionError(
                    "got '" + got + "' and then " + instead.getMessage() + ", not '" + expected + "'", instead);
        }
        assertThat(got.toString()).isEqualTo(expected);
    }

    /** A head and as many bytes as its Content-Length says. */
    String message() throws IOException {
        String head = head();
        int field = head.toLowerCase(java.util.Locale.ROOT).indexOf("\r\ncontent-length:");
        if (field < 0) {
            return head;
        }
        int end = head.indexOf('\r', field + 2);
        return head + bytes(Integer.parseInt(head.substring(field + 17, end).strip()));
    }

    /** Everything up to the FIN. */
    String rest() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }

    /** Everything up to the RST; fails if there is a FIN instead. */
    String restBeforeReset() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            for (int b = socket.getInputStream().read();
                    b >= 0;
                    b = socket.getInputStream().read()) {
                all.write(b);
            }
        } catch (SocketException reset) {
            return all.toString(ISO_8859_1);
        }
        throw new AssertionError("FIN instead of RST, after " + all.toString(ISO_8859_1));
    }

    /** Everything up to the FIN or RST. */
    String untilItEnds() throws IOException {
        StringBuilder got = new StringBuilder();
        try {
            for (int b = socket.getInputStream().read();
                    b >= 0;
                    b = socket.getInputStream().read()) {
                got.append((char) b);
            }
        } catch (SocketTimeoutException silent) {
            throw new AssertionError("the connection stays open, after '" + got + "'", silent);
        } catch (SocketException reset) {
            return got.toString();
        }
        return got.toString();
    }

    void shouldEnd() throws IOException {
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }

    void shouldBeReset() throws IOException {
        assertThat(restBeforeReset()).isEmpty();
    }

    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    void reset() throws IOException {
        Bench.reset(socket);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
