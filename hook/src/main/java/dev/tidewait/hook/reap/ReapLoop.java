package dev.tidewait.hook.reap;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Passes, each when it is due, until somebody says stop. {@link #run} belongs to the reaper's thread, {@link #stop} to any. */
public final class ReapLoop {
    private final CountDownLatch stopRequested = new CountDownLatch(1);

    /** Told several times a second how it goes, between two looks. */
    @FunctionalInterface
    public interface Watcher {
        /** @param nowNanos of {@link System#nanoTime()} */
        void look(Reaper reaper, long nowNanos);
    }

    /**
     * Runs until stopped, or until the limit has passed. A pass is never cut short; stopped before, there is none.
     *
     * @throws ReapException if the kernel refuses to list or to destroy
     * @throws InterruptedException if this thread is interrupted
     */
    public void run(Reaper reaper, Optional<Duration> limit, Watcher watcher)
            throws ReapException, InterruptedException {
        long beganNanos = System.nanoTime();
        long nowNanos = beganNanos;
        boolean ended = isStopped();
        while (!ended) {
            if (reaper.isDue(nowNanos)) {
                reaper.pass(System::nanoTime);
                nowNanos = System.nanoTime();
            } else {
                reaper.watchListeners(nowNanos);
            }
            watcher.look(reaper, nowNanos);
            long waitNanos = reaper.nanosUntilLook(nowNanos);
            if (limit.isPresent()) {
                waitNanos = Math.min(waitNanos, limit.get().toNanos() - (nowNanos - beganNanos));
            }
            ended = stopRequested.await(waitNanos, TimeUnit.NANOSECONDS);
            nowNanos = System.nanoTime();
            ended |= limit.isPresent() && nowNanos - beganNanos >= limit.get().toNanos();
        }
    }

    /**
     * One pass, unless stopped before.
     *
     * @throws ReapException if the kernel refuses to list or to destroy
     */
    public void once(Reaper reaper) throws ReapException {
        if (!isStopped()) {
            reaper.pass(System::nanoTime);
        }
    }

    /** Lets {@link #run} return as soon as it can. */
    public void stop() {
        stopRequested.countDown();
    }

    /** Whether somebody has said stop. */
    public boolean isStopped() {
        return stopRequested.getCount() == 0;
    }
}
