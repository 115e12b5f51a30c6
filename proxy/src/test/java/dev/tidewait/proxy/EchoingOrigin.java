package dev.tidewait.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers one byte with the same byte, connection after connection, on a thread of its own. */
final class EchoingOrigin implements AutoCloseable {
    private static final int MILLIS = 10_000;

    final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final AtomicInteger left = new AtomicInteger();
    private final Thread thread = Thread.ofPlatform().name("echo").start(this::serve);

    EchoingOrigin() throws IOException {}

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                client.setSoTimeout(MILLIS);
                client.getOutputStream().write(client.getInputStream().read());
                client.shutdownOutput();
                client.getInputStream().readAllBytes();
            } catch (IOException gone) {
                left.incrementAndGet(); // closed, or a client that left: the test sees its own side of it
            }
        }
    }

    /** One byte through a proxy on this port and back. */
    static void ask(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(MILLIS);
            socket.getOutputStream().write(42);
            if (socket.getInputStream().read() != 42) {
                throw new IOException("no answer through port " + port);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        try {
            thread.join(MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
