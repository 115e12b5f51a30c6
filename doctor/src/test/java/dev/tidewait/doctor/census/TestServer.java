package dev.tidewait.doctor.census;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;

/** Accepts connections on all addresses of the calling thread's namespace, on one thread; closes each at once, after the client, or never. */
final class TestServer implements AutoCloseable {
    enum Closing {
        FIRST,
        AFTER_CLIENT,
        NEVER
    }

    private final Selector selector;
    private final ServerSocketChannel listener;
    private final Closing closing;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final Thread thread;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(4_096);

    private TestServer(int port, Closing closing) throws IOException {
        this.closing = closing;
        selector = Selector.open();
        listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(port), 16_384);
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
        thread = Thread.ofPlatform().daemon().name("server-" + port).start(this::serve);
    }

    static TestServer start(int port, Closing closing) {
        try {
            return new TestServer(port, closing);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve() {
        try {
            while (!ended.get()) {
                selector.select(this::handle);
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void handle(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                accept();
            } else if (((SocketChannel) key.channel()).read(buffer.clear()) < 0 && closing != Closing.NEVER) {
                key.channel().close();
            } else if (closing == Closing.NEVER) {
                key.cancel();
            }
        } catch (IOException e) {
            key.cancel();
        }
    }

    private void accept() throws IOException {
        for (SocketChannel channel = listener.accept(); channel != null; channel = listener.accept()) {
            if (closing == Closing.FIRST) {
                channel.close();
            } else {
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ);
            }
        }
    }

    /** Reads until the server's end has closed. */
    static void awaitEnd(Socket socket) {
        try {
            if (socket.getInputStream().read() >= 0) {
                throw new AssertionError("the server sends nothing");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        ended.set(true);
        selector.wakeup();
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
