package dev.tidewait.lab.race;

import dev.tidewait.lab.LabException;
import dev.tidewait.lab.Load;
import dev.tidewait.lab.LoadPlan;
import dev.tidewait.lab.LoadSecond;
import dev.tidewait.lab.Pace;
import dev.tidewait.lab.Topology;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Connections through a contestant that were answered once and then stay open. They end with the contestant, which is to be closed first. Used by
 * one thread; close it once.
 */
final class LiveConnections implements AutoCloseable {
    private static final double PER_SECOND = 2_000;
    /** Longer than any round; the contestant's end ends them. */
    private static final Duration HOLD = Duration.ofMinutes(2);

    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final Topology topology;
    private Optional<Load> clients = Optional.empty();

    /** Nothing is open yet. */
    LiveConnections(Topology topology) {
        this.topology = topology;
    }

    /**
     * Opens so many and waits until all are answered.
     *
     * @throws LabException if one fails
     */
    void open(LoadPlan plan, int count) {
        CountDownLatch open = new CountDownLatch(1);
        Load load = Load.start(
                topology.client(),
                plan.withPace(new Pace.OpenLoop(PER_SECOND, count))
                        .withDuration(Duration.ofSeconds(Math.round(Math.ceil(count / PER_SECOND)) + 1))
                        .withLimit(count)
                        .withHold(HOLD),
                second -> {
                    if (areAllOpen(second, count)) {
                        open.countDown();
                    }
                });
        clients = Optional.of(load);
        try {
            if (!open.await(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                throw new LabException("not all of " + count + " connections stayed open for a second");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while connections were opened", e);
        }
    }

    /** A second later than the last start: by then each has had its answer, or has failed. */
    private static boolean areAllOpen(LoadSecond second, int count) {
        return second.outstanding() == count && second.second() > count / PER_SECOND + 1;
    }

    @Override
    public void close() {
        clients.ifPresent(Load::close);
    }
}
