package dev.tidewait.hook;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread beside the BPF programs: destroys ahead a hundred times a second and looks after the learned sources every three seconds. It
 * stays in the network namespace of whoever started it.
 */
final class Attendant implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Attendant.class);
    private static final long PERIOD_MILLIS = 10;
    private static final int PERIODS_PER_ROUTE_CHECK = 300;
    private static final long CLOSE_SECONDS = 5;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch started = new CountDownLatch(1);
    private final Programs programs;
    private final Thread thread;
    /** Why there are no rounds; empty if there are. */
    private volatile String failure = "";
    /** Its own thread writes these, and whoever closes reads them behind the thread's end. */
    private long failedRounds;

    private String lastFailure = "";

    private Attendant(Programs programs, DestroyCounts counts, boolean mayDestroy) {
        this.programs = programs;
        thread = Thread.ofPlatform().name("tidewait-hook").daemon().unstarted(() -> attend(counts, mayDestroy));
    }

    /** @throws HookException if it cannot do its work here */
    static Attendant start(Programs programs, DestroyCounts counts, boolean mayDestroy) throws HookException {
        Attendant attendant = new Attendant(programs, counts, mayDestroy);
        attendant.thread.start();
        try {
            if (!attendant.started.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                throw new HookException(
                        "The kernel's sock_diag gave no answer within " + CLOSE_SECONDS + " s; try again.");
            }
            if (!attendant.failure.isEmpty()) {
                throw new HookException(attendant.failure);
            }
        } catch (InterruptedException e) {
            attendant.close();
            Thread.currentThread().interrupt();
            throw new HookException("Interrupted while attaching.", e);
        } catch (HookException e) {
            attendant.close();
            throw e;
        }
        return attendant;
    }

    private void attend(DestroyCounts counts, boolean mayDestroy) {
        try {
            RouteWatch routes = new RouteWatch(programs);
            if (!mayDestroy) {
                started.countDown();
                rounds(() -> {}, routes);
                return;
            }
            try (DestroyAhead destroyer = DestroyAhead.open(programs, counts)) {
                started.countDown();
                rounds(() -> destroyer.run(System.nanoTime() / NANOS_PER_MILLI), routes);
            }
        } catch (RuntimeException | Error e) {
            failure = e.getMessage() == null ? e.toString() : e.getMessage();
            if (started.getCount() == 0) {
                LOG.warn("the hook's thread ended with a failure: {}", failure, e);
            }
        } finally {
            started.countDown();
        }
    }

    private void rounds(Runnable destroy, RouteWatch routes) {
        int round = 0;
        try {
            while (!stop.await(PERIOD_MILLIS, TimeUnit.MILLISECONDS)) {
                try {
                    if (++round % PERIODS_PER_ROUTE_CHECK == 0) {
                        routes.check();
                    }
                    destroy.run();
                } catch (RuntimeException | Error e) {
                    // Short of memory or descriptors, most likely: what is blocked waits for the next round.
                    if (failedRounds++ == 0) {
                        LOG.warn(
                                "a round of the hook's thread failed, and is tried again every {} ms; further failures are only"
                                        + " counted: {}",
                                PERIOD_MILLIS,
                                e.toString());
                    }
                    lastFailure = e.toString();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Ends the thread, and waits for that, also when interrupted: it uses the maps. If it does not end, it keeps them until this process ends.
     */
    @Override
    public void close() {
        stop.countDown();
        if (!awaitEnd()) {
            programs.abandon();
            LOG.warn(
                    "the hook's thread has not ended within {} s; its BPF maps stay until this process ends",
                    CLOSE_SECONDS);
        } else if (failedRounds > 1) {
            LOG.warn("{} rounds of the hook's thread failed; the last: {}", failedRounds, lastFailure);
            failedRounds = 0;
        }
    }

    private boolean awaitEnd() {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return thread.join(Duration.ofNanos(deadlineNanos - System.nanoTime()));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
