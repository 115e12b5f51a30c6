package dev.tidewait.lab;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** Answers CONNECT with a fixed head and then echoes: one connection at a time, on a thread of its own. */
final class ConnectServer implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 5000;

    private final ServerSocket listener;
    private final byte[] answer;
    private final CompletableFuture<String> firstHead = new CompletableFuture<>();
    private final Queue<String> heads = new ConcurrentLinkedQueue<>();

    private ConnectServer(ServerSocket listener, String answer) {
        this.listener = listener;
        this.answer = answer.getBytes(StandardCharsets.US_ASCII);
        Thread.ofPlatform().daemon().name("connect-server").start(this::serve);
    }

    static ConnectServer start(Namespace namespace, String answer) {
        return new ConnectServer(namespace.call(() -> new ServerSocket(0)), answer);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(AddressPlan.parse("10.71.1.1"), listener.getLocalPort());
    }

    String firstHead() throws Exception {
        return firstHead.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** All so far. */
    List<String> heads() {
        return List.copyOf(heads);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void serve() {
        while (!listener.isClosed()) {
            try (Socket socket = listener.accept()) {
                socket.setSoTimeout(TIMEOUT_MILLIS);
                InputStream in = socket.getInputStream();
                StringBuilder head = new StringBuilder();
                while (head.indexOf("\r\n\r\n") < 0) {
                    head.append((char) in.read());
                }
                heads.add(head.toString());
                firstHead.complete(head.toString());
                socket.getOutputStream().write(answer);
                in.transferTo(socket.getOutputStream());
            } catch (IOException e) {
                firstHead.completeExceptionally(e); // without effect once a head was read
            }
        }
    }
}
