package dev.tidewait.lab;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Watches a run of {@code lab sustain} whose proxy may keep few TIME_WAIT sockets: how many there are at the most, and whether
 * connections that live through it are harmed. Any thread; close it once.
 */
final class BucketWatch implements AutoCloseable {
    private static final int HELD = 50;
    /** Below the proxy's idle time-out of 5 min. */
    private static final Duration LONGEST_HOLD = Duration.ofSeconds(280);

    private final int limit;
    private final KernelWatch kernel;
    private final Load held;
    private final AtomicLong highest = new AtomicLong();

    private BucketWatch(int limit, KernelWatch kernel, Load held) {
        this.limit = limit;
        this.kernel = kernel;
        this.held = held;
    }

    /**
     * Opens the connections that are held.
     *
     * @param run how long they are needed
     */
    static BucketWatch start(Topology topology, int limit, KernelWatch kernel, Duration run) {
        Duration hold = run.plusSeconds(5);
        LoadPlan plan = LoadPlan.to(topology.proxyListener(), topology.clients(1))
                .withPace(new Pace.ClosedLoop(HELD))
                .withLimit(HELD)
                .withHold(hold.compareTo(LONGEST_HOLD) < 0 ? hold : LONGEST_HOLD);
        return new BucketWatch(limit, kernel, Load.start(topology.client(), plan, second -> {}));
    }

    /** Counts the TIME_WAIT sockets of the proxy's namespace. */
    void look() {
        highest.accumulateAndGet(kernel.timeWaitCount(), Math::max);
    }

    /**
     * What was seen.
     *
     * @param destroyed by the proxy
     * @param oldestMillis age of the oldest TIME_WAIT socket at the end
     */
    Report report(long destroyed, long oldestMillis) {
        LoadReport lived = held.await();
        return new Report(limit, highest.get(), destroyed, oldestMillis, lived.done(), lived.failed());
    }

    @Override
    public void close() {
        held.close();
    }

    /**
     * How a run with few buckets came out. Immutable.
     *
     * @param limit tcp_max_tw_buckets
     * @param highest TIME_WAIT sockets at any look
     * @param destroyed by the proxy
     * @param oldestMillis age of the oldest TIME_WAIT socket towards the server at the end
     * @param heldDone connections that lived through all of it and ended in order
     * @param heldFailed others
     */
    record Report(int limit, long highest, long destroyed, long oldestMillis, long heldDone, long heldFailed) {}
}
