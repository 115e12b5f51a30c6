package dev.tidewait.app;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The servers of the self-test, on loopback ports that the kernel chooses. What a connection begins with says what it gets: HTTP answers, a
 * flood, its word back and the end, or everything back until it ends. Any thread.
 */
final class SelfTestOrigin implements AutoCloseable {
    /** Comes back, as does what follows it. */
    static final String ECHO = "echo";
    /** Comes back, and the server closes first. */
    static final String LAST = "last";
    /** Is answered with {@link #FLOOD_BYTES}, and the server closes first. */
    static final String FLOOD = "pour";
    /** Enough for many reads of the greatest size. */
    static final int FLOOD_BYTES = 4 << 20;
    /** The body of every HTTP answer. */
    static final String BODY = "tidewait ".repeat(11);

    private static final String GET = "GET ";
    private static final int WORD_BYTES = 4;
    private static final int BACKLOG = 128;
    private static final byte[] PIECE = new byte[64 << 10];

    private final List<ServerSocket> listeners = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(
            work -> Thread.ofPlatform().daemon().name("self-test-origin").unstarted(work));

    /** @param count as many destinations, so that their ports need not rest while others are asked for */
    SelfTestOrigin(int count) throws IOException {
        try {
            for (int i = 0; i < count; i++) {
                ServerSocket listener = new ServerSocket(0, BACKLOG, InetAddress.ofLiteral("127.0.0.1"));
                listeners.add(listener);
                threads.execute(() -> accept(listener));
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Of each server. */
    List<Integer> ports() {
        return listeners.stream().map(ServerSocket::getLocalPort).toList();
    }

    private void accept(ServerSocket listener) {
        try {
            while (true) {
                Socket client = listener.accept();
                threads.execute(() -> serve(client));
            }
        } catch (IOException closed) {
            // whoever connects from now on sees it
        }
    }

    private static void serve(Socket accepted) {
        try (Socket client = accepted) {
            client.setTcpNoDelay(true);
            InputStream in = client.getInputStream();
            OutputStream out = client.getOutputStream();
            byte[] word = in.readNBytes(WORD_BYTES);
            switch (new String(word, US_ASCII)) {
                case GET -> answer(in, out);
                case FLOOD -> {
                    for (int sent = 0; sent < FLOOD_BYTES; sent += PIECE.length) {
                        out.write(PIECE);
                    }
                }
                case LAST -> out.write(word);
                default -> {
                    out.write(word);
                    in.transferTo(out);
                }
            }
        } catch (IOException ended) {
            // the client sees it, too
        }
    }

    /** As a small web server does. */
    private static void answer(InputStream in, OutputStream out) throws IOException {
        BufferedReader requests = new BufferedReader(new InputStreamReader(in, US_ASCII));
        while (true) {
            String line = requests.readLine();
            if (line == null) {
                return;
            }
            while (line != null && !line.isEmpty()) {
                line = requests.readLine();
            }
            out.write(("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + BODY.length() + "\r\n\r\n"
                            + BODY)
                    .getBytes(US_ASCII));
        }
    }

    @Override
    public void close() {
        threads.shutdown();
        for (ServerSocket listener : listeners) {
            try {
                listener.close();
            } catch (IOException e) {
                throw new IllegalStateException("cannot close " + listener, e);
            }
        }
    }
}
