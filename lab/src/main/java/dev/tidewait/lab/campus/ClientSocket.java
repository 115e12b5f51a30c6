package dev.tidewait.lab.campus;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A client's connection to the proxy, with a deadline for every wait. Used by one thread. */
final class ClientSocket implements AutoCloseable {
    private static final int CONNECT_MILLIS = 10_000;
    /** Longer than the proxy's own time-out for a connect (10 s) and for standing in line (5 s) together. */
    private static final int ANSWER_MILLIS = 30_000;
    /** So long a visitor looks at a server that says nothing. */
    private static final int SILENCE_MILLIS = 2_000;

    private static final int MOST_HEAD_BYTES = 16_384;

    private final Socket socket;
    private final InputStream in;

    private ClientSocket(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), 1_024);
    }

    static ClientSocket open(InetAddress from, InetSocketAddress proxy) throws IOException {
        Socket socket = new Socket();
        try {
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(proxy, CONNECT_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.setTcpNoDelay(true);
            return new ClientSocket(socket);
        } catch (IOException e) {
            socket.close();
            throw new Unexpected("the proxy does not accept: " + e.getMessage());
        }
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** One byte. */
    int read() throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new Unexpected("closed where a byte was due");
        }
        return next;
    }

    byte[] read(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new Unexpected("closed within an answer");
        }
        return bytes;
    }

    /** A status line and its fields, up to the blank line. */
    String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) < 0) {
            if (head.length() == MOST_HEAD_BYTES) {
                throw new Unexpected("a head of more than " + MOST_HEAD_BYTES + " bytes");
            }
            head.append((char) read());
        }
        return head.toString();
    }

    /** Value of a field of {@link #readHead}; empty if there is none. */
    static String field(String head, String name) {
        String wanted = name.toLowerCase(Locale.ROOT) + ":";
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(wanted))
                .map(line -> line.substring(wanted.length()).strip())
                .findFirst()
                .orElse("");
    }

    /** Sends our FIN, and waits for the other one. */
    void closeFirst() throws IOException {
        socket.shutdownOutput();
        expectEnd(false);
    }

    /** Waits for the end of what comes, which must be now. */
    void expectEnd(boolean mayBeReset) throws IOException {
        try {
            if (in.read() >= 0) {
                throw new Unexpected("bytes after the end");
            }
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (Unexpected e) {
            throw e;
        } catch (IOException e) {
            if (!mayBeReset) {
                throw e;
            }
        }
    }

    /** Looks for a while at a peer that must not say anything. */
    void expectSilence() throws IOException {
        socket.setSoTimeout(SILENCE_MILLIS);
        try {
            throw new Unexpected(in.read() < 0 ? "closed where silence was due" : "bytes where silence was due");
        } catch (SocketTimeoutException silent) {
            socket.setSoTimeout(ANSWER_MILLIS); // as it should be
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
