package dev.tidewait.doctor.finding;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The other end of the tests' connections. Any thread. */
final class Server implements AutoCloseable {
    /** Two services that keep connections open until the client closes, then close too. */
    static final int FIRST = 8001;

    static final int SECOND = 8002;

    /** Nobody listens here. */
    static final int CLOSED = 8004;

    private static final int BACKLOG = 4_096;

    private final List<ServerSocket> listeners = new CopyOnWriteArrayList<>();

    private Server() {}

    /** Starts listening in the calling thread's namespace. */
    static Server start() {
        Server server = new Server();
        server.listen(FIRST);
        server.listen(SECOND);
        return server;
    }

    private void listen(int port) {
        try {
            ServerSocket listener = new ServerSocket();
            listener.bind(new InetSocketAddress((InetAddress) null, port), BACKLOG);
            listeners.add(listener);
            Thread.ofPlatform().daemon().name("server-" + port).start(() -> accept(listener));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void accept(ServerSocket listener) {
        try {
            while (true) {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> readToEnd(socket));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private static void readToEnd(Socket socket) {
        try (socket) {
            socket.getInputStream().readAllBytes();
        } catch (IOException reset) {
            // The client has gone another way.
        }
    }

    @Override
    public void close() {
        try {
            for (ServerSocket listener : listeners) {
                listener.close();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
