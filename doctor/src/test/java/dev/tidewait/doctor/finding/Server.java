package dev.tidewait.doctor.finding;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The other end of the tests' connections. Any thread. */
final class Server implements AutoCloseable {
    /** Two services that keep connections open until the client closes, then close too. */
    static final int FIRST = 8001;

    static final int SECOND = 8002;

    /** Closes each connection at once. */
    static final int CLOSES_FIRST = 8003;

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

    /** The same with a service that closes first. */
    static Server startClosingFirst() {
        Server server = new Server();
        server.listen(CLOSES_FIRST, Server::closeAtOnce);
        return server;
    }

    private void listen(int port) {
        listen(port, socket -> Thread.ofVirtual().start(() -> readToEnd(socket)));
    }

    private void listen(int port, Consumer<Socket> serve) {
        try {
            ServerSocket listener = new ServerSocket();
            listener.bind(new InetSocketAddress((InetAddress) null, port), BACKLOG);
            listeners.add(listener);
            Thread.ofPlatform().daemon().name("server-" + port).start(() -> accept(listener, serve));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void accept(ServerSocket listener, Consumer<Socket> serve) {
        try {
            while (true) {
                serve.accept(listener.accept());
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private static void closeAtOnce(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new AssertionError(e);
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
