package dev.tidewait.lab.peers;

import dev.tidewait.lab.LabException;
import dev.tidewait.lab.Namespace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Somebody on the same host who has nothing to do with Tidewait: ten connections a second to the same server, on ports of the kernel's choice.
 * It lives in the lab's own process, which is in none of Tidewait's cgroups. Any thread.
 */
final class Bystander implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final Namespace namespace;
    private final InetSocketAddress server;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread;
    private long done; // guarded by this
    private long failed; // guarded by this
    private String firstFailure = ""; // guarded by this

    private Bystander(Namespace namespace, InetSocketAddress server) {
        this.namespace = namespace;
        this.server = server;
        this.thread = Thread.ofPlatform().daemon().name("bystander").start(this::run);
    }

    /**
     * What came of it. Immutable.
     *
     * @param firstFailure empty if there was none
     */
    record Count(long done, long failed, String firstFailure) {}

    static Bystander start(Namespace namespace, InetSocketAddress server) {
        return new Bystander(namespace, server);
    }

    /** Goes on for so long, then ends. */
    Count goOnFor(Duration time) {
        try {
            if (thread.join(time)) {
                throw new LabException("the bystander ended by itself");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while the bystander went on", e);
        }
        return stop();
    }

    /** Ends. */
    Count stop() {
        close();
        return count();
    }

    private synchronized Count count() {
        return new Count(done, failed, firstFailure);
    }

    @Override
    public void close() {
        stopping.countDown();
        try {
            thread.join(DEADLINE.multipliedBy(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!stopping.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                visit();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The socket is of the namespace in which it is made, whoever uses it. */
    private void visit() {
        try (SocketChannel channel = namespace.call(SocketChannel::open)) {
            channel.socket().connect(server, (int) DEADLINE.toMillis());
            channel.socket().setSoTimeout((int) DEADLINE.toMillis());
            channel.write(ByteBuffer.wrap(new byte[] {'c'}));
            boolean answered = channel.socket().getInputStream().read() >= 0;
            channel.shutdownOutput();
            boolean ended = channel.socket().getInputStream().read() < 0;
            note(answered && ended ? "" : "the connection ended early");
        } catch (IOException | LabException e) {
            note(e.toString());
        }
    }

    private synchronized void note(String failure) {
        if (failure.isEmpty()) {
            done++;
        } else {
            failed++;
            firstFailure = firstFailure.isEmpty() ? failure : firstFailure;
        }
    }
}
