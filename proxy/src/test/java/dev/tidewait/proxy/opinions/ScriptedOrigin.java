package dev.tidewait.proxy.opinions;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server that answers every request with the same bytes and keeps what it got, one connection after the other. It reads as leniently as can
 * be, because it must take what other proxies send on.
 */
final class ScriptedOrigin implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 1200;
    private static final Pattern LENGTH = Pattern.compile("(?i)\\ncontent-length:[ \\t]*(\\d{1,9})[ \\t]*\\r?\\n");

    /** What one connection brought. */
    record Visit(String bytes, boolean complete) {}

    private final ServerSocket listening;
    private final List<Visit> visits = new CopyOnWriteArrayList<>();
    private volatile String answer = "";
    private volatile boolean closes = true;

    ScriptedOrigin() throws IOException {
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** @param closes at once behind the answer; else when the other side does, or after a while */
    void answer(String bytes, boolean closes) {
        visits.clear();
        this.answer = bytes;
        this.closes = closes;
    }

    List<Visit> visits() {
        return List.copyOf(visits);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listening.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            if (!listening.isClosed()) {
                throw new UncheckedIOException(closed);
            }
        }
    }

    private void serve(Socket accepted) {
        StringBuilder got = new StringBuilder();
        try (Socket socket = accepted) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            while (!isComplete(got)) {
                int b = socket.getInputStream().read();
                if (b < 0) {
                    break;
                }
                got.append((char) b);
            }
            boolean complete = isComplete(got);
            visits.add(new Visit(got.toString(), complete));
            if (complete) {
                socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
                if (!closes) {
                    socket.getInputStream().readAllBytes();
                }
            }
        } catch (SocketTimeoutException silent) {
            visits.add(new Visit(got.toString(), isComplete(got)));
        } catch (IOException reset) {
            visits.add(new Visit(got + "", false));
        }
    }

    private static boolean isComplete(CharSequence got) {
        String text = got.toString();
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return false;
        }
        String head = text.substring(0, end + 2);
        if (head.toLowerCase(Locale.ROOT).matches("(?s).*\\ntransfer-encoding[ \\t]*:.*")) {
            return text.endsWith("\r\n\r\n") && text.lastIndexOf("\r\n0") >= end;
        }
        Matcher length = LENGTH.matcher(head);
        return text.length() - end - 4 >= (length.find() ? Integer.parseInt(length.group(1)) : 0);
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
