package dev.tidewait.hook;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What became of TIME_WAIT sockets that were to be destroyed. Any thread. */
final class DestroyCounts {
    /** Pairs counted one by one; beyond that only the sum is. */
    private static final int MOST_PAIRS = 20_000;

    private final LongAdder destroyed = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final Map<DestinationRow.Key, LongAdder> byPair = new ConcurrentHashMap<>();

    void countDestroyed(DestinationRow.Key pair) {
        destroyed.increment();
        LongAdder own = byPair.get(pair);
        if (own == null && byPair.size() < MOST_PAIRS) {
            own = byPair.computeIfAbsent(pair, ignored -> new LongAdder());
        }
        if (own != null) {
            own.increment();
        }
    }

    void countRefused() {
        refused.increment();
    }

    void countLost() {
        lost.increment();
    }

    long destroyed() {
        return destroyed.sum();
    }

    long refused() {
        return refused.sum();
    }

    long lost() {
        return lost.sum();
    }

    long of(DestinationRow.Key pair) {
        LongAdder own = byPair.get(pair);
        return own == null ? 0 : own.sum();
    }
}
