package dev.tidewait.lab.reload;

import dev.tidewait.lab.LabException;
import dev.tidewait.lab.Namespace;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The server of the connections that live through many reloads. In HTTP, {@code /one} is answered with one block and the connection stays,
 * anything else with a block a few times a second until {@link #finish()}, in chunks. All other bytes are sent back. Any thread.
 */
final class SteadyServer implements AutoCloseable {
    /** Every block, and the content of every answer. */
    static final String BLOCK = "abcdefghijklmnopqrstuvwxyz".repeat(8);

    static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int BACKLOG = 256;
    private static final String ONE = "HTTP/1.1 200 OK\r\nContent-Length: " + BLOCK.length() + "\r\n\r\n" + BLOCK;
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String CHUNK = Integer.toHexString(BLOCK.length()) + "\r\n" + BLOCK + "\r\n";
    private static final String LAST_CHUNK = "0\r\n\r\n";

    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean finishing;

    private SteadyServer(ServerSocket listener) {
        this.listener = listener;
        threads.execute(this::accept);
    }

    static SteadyServer start(Namespace namespace, InetSocketAddress address) {
        return new SteadyServer(
                namespace.call(() -> new ServerSocket(address.getPort(), BACKLOG, address.getAddress())));
    }

    /** Ends every answer that is under way, in order. */
    void finish() {
        finishing = true;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                threads.execute(() -> serve(socket));
            }
        } catch (SocketException closed) {
            return; // close() is the only reason
        } catch (IOException e) {
            throw new LabException("the steady server cannot accept: " + e.getMessage(), e);
        }
    }

    private void serve(Socket socket) {
        try (socket;
                InputStream in = new BufferedInputStream(socket.getInputStream())) {
            OutputStream out = socket.getOutputStream();
            in.mark(1);
            boolean isHttp = in.read() == 'G';
            in.reset();
            if (!isHttp) {
                in.transferTo(out);
                return;
            }
            for (String head = Heads.read(in); !head.isEmpty(); head = Heads.read(in)) {
                if (head.startsWith("GET /one ")) {
                    send(out, ONE);
                } else {
                    drip(out);
                }
            }
        } catch (IOException left) {
            // Its client sees the same, and says so.
            return;
        }
    }

    private void drip(OutputStream out) throws IOException {
        send(out, CHUNKED);
        while (!finishing) {
            send(out, CHUNK);
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        send(out, LAST_CHUNK);
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Ends everything that is still open. */
    @Override
    public void close() {
        finishing = true;
        try {
            listener.close();
        } catch (IOException e) {
            throw new LabException("cannot close the steady server: " + e.getMessage(), e);
        }
        threads.shutdownNow();
    }
}
