package dev.tidewait.hook;

import dev.tidewait.linux.fixture.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The server's side of the tests: one listening port for each way to treat a connection. Any thread. */
final class Peer implements AutoCloseable {
    /** What the server does with a connection. */
    enum Manner {
        /** Reads to the client's FIN, then closes: the client was first. */
        READ_TO_END(8001),
        /** Closes at once: the server is first. */
        CLOSE_AT_ONCE(8002),
        /** Keeps it open until {@link #release}. */
        HOLD(8003),
        /** Sends RST after the first byte. */
        RESET_AFTER_A_BYTE(8005);

        final int port;

        Manner(int port) {
            this.port = port;
        }
    }

    /** Nobody listens here. */
    static final int CLOSED_PORT = 8004;

    private static final int BACKLOG = 4_096;

    private final List<ServerSocket> listeners = new CopyOnWriteArrayList<>();
    private final Map<Integer, Socket> held = new ConcurrentHashMap<>();
    private final List<Integer> order = new CopyOnWriteArrayList<>();

    private Peer() {}

    /** Starts listening in the calling thread's namespace. */
    static Peer start() {
        Peer peer = new Peer();
        for (Manner manner : Manner.values()) {
            try {
                ServerSocket listener = new ServerSocket();
                listener.bind(new InetSocketAddress((InetAddress) null, manner.port), BACKLOG);
                peer.listeners.add(listener);
                Thread.ofPlatform().daemon().name("peer-" + manner).start(() -> peer.accept(listener, manner));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        return peer;
    }

    /** Only listens, on one port. */
    static Peer listenOn(int port) {
        Peer peer = new Peer();
        try {
            ServerSocket listener = new ServerSocket();
            listener.bind(new InetSocketAddress((InetAddress) null, port), BACKLOG);
            peer.listeners.add(listener);
            return peer;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void accept(ServerSocket listener, Manner manner) {
        try {
            while (true) {
                Socket socket = listener.accept();
                order.add(socket.getPort());
                if (manner == Manner.HOLD) {
                    held.put(socket.getPort(), socket);
                } else if (manner == Manner.CLOSE_AT_ONCE) {
                    socket.close();
                } else {
                    Thread.ofVirtual().start(() -> finish(socket, manner));
                }
            }
        } catch (IOException e) {
            // The listener was closed.
        }
    }

    private static void finish(Socket socket, Manner manner) {
        try (socket) {
            if (manner == Manner.RESET_AFTER_A_BYTE && socket.getInputStream().read() >= 0) {
                socket.setSoLinger(true, 0);
            } else {
                socket.getInputStream().readAllBytes();
            }
        } catch (IOException e) {
            // The client has gone another way.
        }
    }

    /** Source ports in the order in which connections were accepted. */
    List<Integer> accepted() {
        return List.copyOf(order);
    }

    /** Closes a connection that was kept open, known by its source port. */
    void release(int sourcePort) {
        Socket socket =
                Await.until(() -> held.containsKey(sourcePort), Boolean::booleanValue) ? held.remove(sourcePort) : null;
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until a connection that is kept open is accepted, and writes a byte to it: whether that can be done. */
    boolean lives(int sourcePort) {
        Await.until(() -> held.containsKey(sourcePort), Boolean::booleanValue);
        Socket socket = held.get(sourcePort);
        try {
            if (socket == null) {
                return false;
            }
            socket.getOutputStream().write('x');
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            for (ServerSocket listener : listeners) {
                listener.close();
            }
            for (Socket socket : held.values()) {
                socket.close();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
