package dev.tidewait.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends back what comes, on all addresses of a namespace and both families, and remembers who came. Any thread. */
final class EchoOrigin implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 30_000;

    private final ServerSocket listener;
    private final BlockingQueue<InetSocketAddress> clients = new LinkedBlockingQueue<>();
    private final AtomicInteger brokenCount = new AtomicInteger();

    private EchoOrigin(ServerSocket listener) {
        this.listener = listener;
        Thread.ofPlatform().daemon().name("echo-origin").start(this::accept);
    }

    static EchoOrigin start(Namespace namespace, int port) {
        return new EchoOrigin(namespace.call(() -> new ServerSocket(port)));
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Source address and port of the next connection. */
    InetSocketAddress nextClient() throws InterruptedException {
        InetSocketAddress next = clients.poll(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        if (next == null) {
            throw new AssertionError("no connection came");
        }
        return next;
    }

    /** Connections that did not end with FIN. */
    int brokenCount() {
        return brokenCount.get();
    }

    boolean hasMoreClients() {
        return !clients.isEmpty();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                clients.add((InetSocketAddress) socket.getRemoteSocketAddress());
                Thread.ofVirtual().name("echo").start(() -> echo(socket));
            } catch (IOException closed) {
                if (!listener.isClosed()) {
                    throw new IllegalStateException(closed);
                }
            }
        }
    }

    private void echo(Socket socket) {
        try (socket) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException reset) {
            brokenCount.incrementAndGet();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
