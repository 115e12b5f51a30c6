package dev.tidewait.ports;

/**
 * Leases, and leases that ended, in each of the last ten full seconds and the one before; and by how much the live ones became more within a minute. Not
 * thread safe.
 *
 * <p>Thirteen buckets of one second: ten that count, the one before, the present one, and one that is being cleared.
 */
final class LeaseRate {
    /** That count. */
    static final int SECONDS = 10;

    /** And the one before: it tells whether the oldest that counts is one in which a load began. */
    static final int SEEN_SECONDS = SECONDS + 1;

    static final int MINUTE_SECONDS = 60;
    private static final int BUCKETS = SEEN_SECONDS + 2;

    private final long[] counts = new long[BUCKETS];
    private final long[] ends = new long[BUCKETS];
    /** Leases that were live when a second began, for this second and the sixty before it. */
    private final int[] live = new int[MINUTE_SECONDS + 1];

    private long second = Long.MIN_VALUE;
    private long firstSecond = Long.MIN_VALUE;
    private long total;
    private long endsTotal;
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
        endsTotal++;
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

    /** Adds the leases of each of the last {@link #SEEN_SECONDS} full seconds to {@code perSecond}, oldest first, and the ends to {@code endsPerSecond}. */
    void addTo(long[] perSecond, long[] endsPerSecond, long nowMillis) {
        if (firstSecond == Long.MIN_VALUE) {
            return;
        }
        advance(nowMillis);
        for (int i = 0; i < SEEN_SECONDS; i++) {
            int at = slot(second - SEEN_SECONDS + i);
            perSecond[i] += counts[at];
            endsPerSecond[i] += ends[at];
        }
    }

    /** Live leases when this second began, less those of sixty seconds before; 0 if the first lease is not as old. */
    long grownInMinute(long nowMillis) {
        if (firstSecond == Long.MIN_VALUE) {
            return 0;
        }
        advance(nowMillis);
        return second - firstSecond < MINUTE_SECONDS ? 0 : live[place(second)] - live[place(second - MINUTE_SECONDS)];
    }

    private void advance(long nowMillis) {
        long now = Math.floorDiv(nowMillis, 1_000);
        if (now > second) {
            moveTo(now);
            // The next count has to find its slot anew.
            endsMillis = Long.MIN_VALUE;
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
        for (long begun = Math.max(second, now - live.length) + 1; begun <= now; begun++) {
            live[place(begun)] = (int) (total - endsTotal);
        }
        second = Math.max(second, now);
    }

    private static int slot(long second) {
        return Math.floorMod(second, BUCKETS);
    }

    private static int place(long second) {
        return Math.floorMod(second, MINUTE_SECONDS + 1);
    }
}
