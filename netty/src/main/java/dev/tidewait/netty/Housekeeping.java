package dev.tidewait.netty;

import dev.tidewait.linux.Listeners;
import dev.tidewait.linux.SocketDiag;
import dev.tidewait.ports.PortLedgers;
import dev.tidewait.ports.PortSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has to be looked at now and then: listening ports, ledgers nobody needs, the kernel's TIME_WAIT table. One thread. */
final class Housekeeping implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final long LISTENERS_SECONDS = 10;
    private static final long SWEEP_SECONDS = 5;

    private final PortLedgers ledgers;
    private final BucketRelief relief;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "tidewait-housekeeping");
        thread.setDaemon(true);
        return thread;
    });

    Housekeeping(PortLedgers ledgers, BucketRelief relief) {
        this.ledgers = ledgers;
        this.relief = relief;
    }

    /**
     * @param earlier to be forgotten in time
     * @param listening ports that somebody listens on now
     * @param suspect ports to leave alone until {@code suspectUntilMillis}
     */
    void start(EarlierRun earlier, PortSet listening, PortSet suspect, long suspectUntilMillis) {
        ledgers.block(listening.plus(suspect));
        every(LISTENERS_SECONDS, "listening ports", () -> {
            try (SocketDiag diag = SocketDiag.open()) {
                PortSet now = UsablePorts.toPortSet(Listeners.census(diag));
                ledgers.block(Clock.nowMillis() < suspectUntilMillis ? now.plus(suspect) : now);
            }
        });
        every(SWEEP_SECONDS, "ledgers", () -> {
            ledgers.sweep(Clock.nowMillis());
            earlier.forgetPast(Clock.nowMillis());
        });
        every(1, "tcp_max_tw_buckets", relief::look);
    }

    long relievedCount() {
        return relief.destroyedCount();
    }

    private void every(long seconds, String what, Runnable task) {
        clock.scheduleWithFixedDelay(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException e) {
                        LOG.warn("cannot look at {}: {}", what, e.toString());
                    }
                },
                seconds,
                seconds,
                TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
