package dev.tidewait.lab;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Echoes the messages of WebSockets (RFC 6455) on two ports of a namespace, one with TLS. A thread for each connection. Any thread.
 */
final class WebSocketOrigin implements AutoCloseable {
    static final int PLAIN_PORT = 8081;
    static final int TLS_PORT = 8444;

    /** RFC 6455, section 1.3. */
    private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private static final int TIMEOUT_MILLIS = 30_000;
    private static final int CLOSE = 8;
    private static final int SHORT_LENGTH = 126;
    private static final int MASK_BYTES = 4;

    private final ServerSocket plain;
    private final ServerSocket tls;
    private final AtomicInteger messages = new AtomicInteger();
    private final AtomicInteger broken = new AtomicInteger();

    private WebSocketOrigin(ServerSocket plain, ServerSocket tls) {
        this.plain = plain;
        this.tls = tls;
        for (ServerSocket one : new ServerSocket[] {plain, tls}) {
            Thread.ofPlatform().daemon().name("websocket-" + one.getLocalPort()).start(() -> accept(one));
        }
    }

    static WebSocketOrigin start(Namespace namespace, TestCertificate certificate) {
        return namespace.call(() -> new WebSocketOrigin(
                new ServerSocket(PLAIN_PORT),
                certificate.context().getServerSocketFactory().createServerSocket(TLS_PORT)));
    }

    /** Messages echoed so far. */
    int messages() {
        return messages.get();
    }

    /** Connections that did not end as RFC 6455 asks. */
    int broken() {
        return broken.get();
    }

    private void accept(ServerSocket listener) {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                Thread.ofPlatform().daemon().name("websocket").start(() -> serve(socket));
            } catch (IOException closed) {
                if (!listener.isClosed()) {
                    throw new IllegalStateException(closed);
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            out.write(
                    ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                                    + accept(key(in)) + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            while (echo(in, out)) {
                messages.incrementAndGet();
            }
        } catch (IOException e) {
            broken.incrementAndGet();
        }
    }

    private static String key(DataInputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString()
                .lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElseThrow(() -> new IOException("not a WebSocket: " + head));
    }

    private static String accept(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key + ACCEPT_SUFFIX).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-1", e);
        }
    }

    /** One frame back without its mask; false behind the last one. */
    private static boolean echo(DataInputStream in, OutputStream out) throws IOException {
        int first = in.readUnsignedByte();
        int length = in.readUnsignedByte() & 0x7f;
        boolean isLong = length == SHORT_LENGTH;
        if (isLong) {
            length = in.readUnsignedShort();
        } else if (length > SHORT_LENGTH) {
            throw new IOException("a message is longer than 65,535 bytes");
        }
        byte[] mask = in.readNBytes(MASK_BYTES);
        byte[] content = in.readNBytes(length);
        for (int i = 0; i < content.length; i++) {
            content[i] ^= mask[i % MASK_BYTES];
        }
        out.write(first);
        out.write(isLong ? new byte[] {SHORT_LENGTH, (byte) (length >> 8), (byte) length} : new byte[] {(byte) length});
        out.write(content);
        out.flush();
        return (first & 0xf) != CLOSE;
    }

    @Override
    public void close() throws IOException {
        plain.close();
        tls.close();
    }
}
