package dev.tidewait.app.program;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whether a signal came to this process alone or to its whole process group. A terminal sends Ctrl-C to the group, and systemd its SIGTERM
 * to the whole unit, so the child has it already and must not get it twice; {@code kill PID} does not. The JVM does not show where a signal
 * comes from, but another member of the group shows whether it got it: a shell that waits for input that never comes, and ends by any signal. It
 * ends with this process, however that ends, because its input ends then. Whenever a signal has ended it, also one that nobody asks about, the next
 * one is started at once. Any thread.
 */
final class GroupWitness implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupWitness.class);

    /** A shell's exit code is this and the signal that ended it. */
    private static final int BY_SIGNAL = 128;

    /** Longer than the kernel takes to deliver a signal to a group, and systemd to a unit; so much later a signal to us alone is passed on. */
    private static final long LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private Process process;
    private CompletableFuture<Void> ending;
    private boolean missing;
    private boolean closed;
    /** When each signal last ended one (System.nanoTime), until it is asked about. */
    private final Map<Integer, Long> endings = new HashMap<>();

    GroupWitness() throws IOException {
        process = start();
        ending = process.onExit().thenAccept(this::ended);
    }

    private static Process start() throws IOException {
        return new ProcessBuilder("/bin/sh", "-c", "read never")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private synchronized void ended(Process witness) {
        if (closed) {
            return;
        }
        missing = true;
        if (witness.exitValue() > BY_SIGNAL) { // else it cannot run here, and another one could not either
            endings.put(witness.exitValue() - BY_SIGNAL, System.nanoTime());
            startAnother();
        }
        notifyAll();
    }

    private void startAnother() {
        try {
            process = start();
            ending = process.onExit().thenAccept(this::ended);
            missing = false;
        } catch (IOException e) {
            LOG.warn("a signal to the process group may reach the command twice: {}", e.toString());
        }
    }

    /**
     * Whether the group got this signal, too.
     *
     * @param nanos when this process got it (System.nanoTime)
     */
    synchronized boolean sawIt(int signal, long nanos) throws InterruptedException {
        while (nanos - endings.getOrDefault(signal, nanos - LIMIT_NANOS - 1) > LIMIT_NANOS) {
            long leftNanos = nanos + LIMIT_NANOS - System.nanoTime();
            if (leftNanos <= 0) {
                if (missing) {
                    startAnother(); // for the next signal
                }
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, leftNanos);
        }
        endings.remove(signal);
        return true;
    }

    @Override
    public synchronized void close() {
        closed = true;
        ending.cancel(false);
        process.destroyForcibly();
    }
}
