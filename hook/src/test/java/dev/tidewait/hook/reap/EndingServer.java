package dev.tidewait.hook.reap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Accepts connections; closes each when the client has, or keeps them open for the test to take. A socket of the calling thread's namespace. */
final class EndingServer implements AutoCloseable {
    private static final int LIMIT_SECONDS = 10;

    private final ServerSocket listener;
    private final boolean closing;
    private final BlockingQueue<Socket> kept = new LinkedBlockingQueue<>();

    private EndingServer(int port, boolean closing) {
        this.closing = closing;
        try {
            listener = new ServerSocket(port, 4_096);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().name("server-" + port).start(this::serve);
    }

    /** Sends its FIN after the client's. */
    static EndingServer closing(int port) {
        return new EndingServer(port, true);
    }

    /** Leaves connections open. */
    static EndingServer keeping(int port) {
        return new EndingServer(port, false);
    }

    /** The server's end of the oldest connection that is kept. */
    Socket take() {
        try {
            Socket socket = kept.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
            if (socket == null) {
                throw new AssertionError("no connection came");
            }
            return socket;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void serve() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                if (closing) {
                    Thread.ofVirtual().start(() -> closeAfterClient(socket));
                } else {
                    kept.add(socket);
                }
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private static void closeAfterClient(Socket socket) {
        try (socket) {
            socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : kept) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
