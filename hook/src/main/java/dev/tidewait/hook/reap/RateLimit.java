package dev.tidewait.hook.reap;

/**
 * At most so many removals in any second. Owned by one thread.
 *
 * <p>It remembers the removals of the last second, not tokens: a bucket would let twice as many through in the second after a pause.
 */
final class RateLimit {
    private static final long SECOND_NANOS = 1_000_000_000;
    /** Passes are 100 ms apart or more. */
    private static final int MOST_PASSES = 16;

    private final int perSecond;
    private final long[] whenNanos = new long[MOST_PASSES];
    private final int[] counts = new int[MOST_PASSES];
    private int next;

    /** @param perSecond 0 = no limit */
    RateLimit(int perSecond) {
        this.perSecond = perSecond;
    }

    /** How many may go now. */
    int allowed(long nowNanos) {
        if (perSecond == 0) {
            return Integer.MAX_VALUE;
        }
        int inLastSecond = 0;
        for (int i = 0; i < MOST_PASSES; i++) {
            if (counts[i] > 0 && nowNanos - whenNanos[i] < SECOND_NANOS) {
                inLastSecond += counts[i];
            }
        }
        return Math.max(0, perSecond - inLastSecond);
    }

    /** So many went. */
    void add(int count, long nowNanos) {
        if (perSecond == 0 || count == 0) {
            return;
        }
        whenNanos[next] = nowNanos;
        counts[next] = count;
        next = (next + 1) % MOST_PASSES;
    }

    /** Until some more may go, ms; 0 if they may now. */
    double waitMillis(long nowNanos) {
        if (allowed(nowNanos) > 0) {
            return 0;
        }
        long oldestNanos = nowNanos;
        for (int i = 0; i < MOST_PASSES; i++) {
            if (counts[i] > 0 && nowNanos - whenNanos[i] < SECOND_NANOS) {
                oldestNanos = Math.min(oldestNanos, whenNanos[i]);
            }
        }
        return (oldestNanos + SECOND_NANOS - nowNanos) / 1e6;
    }
}
