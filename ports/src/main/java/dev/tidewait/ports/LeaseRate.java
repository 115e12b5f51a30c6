package dev.tidewait.ports;

/**
 * Leases, and leases that ended, in each of the last ten full seconds. Not thread safe.
 *
 * <p>Twelve buckets of one second: ten that count, the present one, and one that is being cleared.
 */
final class LeaseRate {
    static final int SECONDS = 10;
    private static final int BUCKETS = SECONDS + 2;

    private final long[] counts = new long[BUCKETS];
    private final long[] ends = new long[BUCKETS];
    private long second = Long.MIN_VALUE;
    private long firstSecond = Long.MIN_VALUE;
    private long total;
    /** Slot of {@link #second}, and when it ends; kept because divisions cost more than the rest of a count. */
    private int slot;

    private long endsMillis = Long.MIN_VALUE;

    void count(long nowMillis) {
        findSlot(nowMillis);
        counts[slot]++;
        total++;
    }

    /** A lease has ended, however it did. */
    void countEnd(long nowMillis) {
        findSlot(nowMillis);
        ends[slot]++;
    }

    private void findSlot(long nowMillis) {
        if (nowMillis >= endsMillis) {
            moveTo(Math.floorDiv(nowMillis, 1_000));
            slot = slot(second);
            endsMillis = (second + 1) * 1_000;
        }
    }

    long total() {
        return total;
    }

    /** Adds the leases of each of the last ten full seconds to {@code perSecond}, oldest first, and the ends to {@code endsPerSecond}. */
    void addTo(long[] perSecond, long[] endsPerSecond, long nowMillis) {
        long now = Math.floorDiv(nowMillis, 1_000);
        if (firstSecond == Long.MIN_VALUE) {
            return;
        }
        if (now > second) {
            moveTo(now);
            // The next count has to find its slot anew.
            endsMillis = Long.MIN_VALUE;
        }
        for (int i = 0; i < SECONDS; i++) {
            int at = slot(second - SECONDS + i);
            perSecond[i] += counts[at];
            endsPerSecond[i] += ends[at];
        }
    }

    private void moveTo(long now) {
        if (firstSecond == Long.MIN_VALUE) {
            firstSecond = now;
            second = now;
        }
        long steps = Math.min(BUCKETS, now - second);
        for (long i = 1; i <= steps; i++) {
            int next = slot(now - steps + i);
            counts[next] = 0;
            ends[next] = 0;
        }
        second = Math.max(second, now);
    }

    private static int slot(long second) {
        return Math.floorMod(second, BUCKETS);
    }
}
