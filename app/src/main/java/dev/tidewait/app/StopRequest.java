package dev.tidewait.app;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * That SIGTERM or SIGINT came, and whether another one is to end this process at once. At once means that nothing is cleaned up: so a second SIGTERM
 * does it only when cleaning up takes long, as systemd and {@code detach} may send it beside each other; a second Ctrl-C is meant so. Any thread.
 */
final class StopRequest {
    /** Cleaning up takes well below a second; after so long it hangs. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final CountDownLatch wanted = new CountDownLatch(1);
    private boolean interrupted;
    private long sinceNanos;

    /** Listens from now on. */
    void listen() {
        Signals.on("TERM", () -> obey(false));
        Signals.on("INT", () -> obey(true));
    }

    private void obey(boolean interrupt) {
        if (isLastWord(interrupt, System.nanoTime())) {
            Runtime.getRuntime().halt(ExitCode.FAILED);
        }
    }

    /**
     * Takes note of a signal.
     *
     * @param interrupt whether it is SIGINT
     * @param nowNanos any clock that runs evenly
     * @return whether this process is to end at once
     */
    synchronized boolean isLastWord(boolean interrupt, long nowNanos) {
        if (wanted.getCount() > 0) {
            sinceNanos = nowNanos;
            interrupted = interrupt;
            wanted.countDown();
            return false;
        }
        boolean last = (interrupt && interrupted) || nowNanos - sinceNanos > PATIENCE_NANOS;
        interrupted |= interrupt;
        return last;
    }

    /** Waits for so long; whether a stop is wanted. */
    boolean await(long millis) throws InterruptedException {
        return wanted.await(millis, TimeUnit.MILLISECONDS);
    }
}
