package dev.tidewait.lab;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Plays a {@link SocksScript} and writes down what comes back: greeting's answer, password's answer, reply, echo, separated by blanks; nothing for what does
 * not come. A reset counts as an end. Used by one thread.
 */
final class RawSocksClient {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int READ_MILLIS = 30_000;
    private static final int PASSWORD = 2;
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] PING = {'p', 'i', 'n', 'g'};

    private final Socket socket;
    private final InputStream in;
    private final StringBuilder answers = new StringBuilder();

    private RawSocksClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    /**
     * Plays it from a namespace.
     *
     * @param fill puts addresses and ports into a message
     */
    static String play(Namespace namespace, InetSocketAddress listener, SocksScript script, UnaryOperator<String> fill)
            throws IOException {
        try (Socket socket = namespace.call(Socket::new)) {
            namespace.call(() -> {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(READ_MILLIS);
                socket.connect(listener, CONNECT_MILLIS);
                return socket;
            });
            RawSocksClient client = new RawSocksClient(socket);
            try {
                client.play(script.messages().stream().map(fill).toList(), script.half());
            } catch (EOFException ended) {
                return client.answers.toString().strip();
            } catch (IOException reset) {
                if (!String.valueOf(reset.getMessage()).contains("reset")) {
                    throw reset;
                }
            }
            return client.answers.toString().strip();
        }
    }

    private void play(List<String> messages, boolean half) throws IOException {
        Iterator<String> next = messages.iterator();
        send(next, half);
        int method = frame(2)[1];
        if (method == PASSWORD && next.hasNext()) {
            answers.append(' ');
            send(next, half);
            method = frame(2)[1];
        }
        if (method == 0 && next.hasNext()) {
            send(next, half);
        }
        if (method == 0 && reply()) {
            if (next.hasNext()) {
                send(next, half);
            } else if (!half) {
                socket.getOutputStream().write(PING);
            }
            answers.append(' ');
            echo(half ? Integer.MAX_VALUE : PING.length);
            end();
            echo(Integer.MAX_VALUE);
        } else {
            end();
            answers.append(HEX.formatHex(in.readAllBytes()));
        }
    }

    private void echo(int byteCount) throws IOException {
        answers.append(new String(in.readNBytes(byteCount), StandardCharsets.US_ASCII));
    }

    private void end() throws IOException {
        if (!socket.isOutputShutdown()) {
            socket.shutdownOutput();
        }
    }

    /** The next message, and the end behind the last one if there shall be one. */
    private void send(Iterator<String> messages, boolean half) throws IOException {
        socket.getOutputStream().write(HEX.parseHex(messages.next()));
        if (half && !messages.hasNext()) {
            end();
        }
    }

    /** Whether the tunnel is open. */
    private boolean reply() throws IOException {
        answers.append(' ');
        byte[] head = frame(4);
        frame((head[3] == 4 ? 16 : 4) + 2);
        return head[1] == 0;
    }

    private byte[] frame(int byteCount) throws IOException {
        byte[] bytes = new byte[byteCount];
        for (int i = 0; i < byteCount; i++) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("after " + answers);
            }
            bytes[i] = (byte) next;
            answers.append(HEX.toHexDigits(bytes[i]));
        }
        return bytes;
    }
}
