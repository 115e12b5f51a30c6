package dev.tidewait.doctor.census;

/** Counts TIME_WAIT sockets by age. Owned by one thread; has no memory of its own before the first socket. */
final class AgeTally {
    private static final int[] EMPTY = {};

    private int[] counts = EMPTY;

    void add(int ageMillis) {
        if (counts.length == 0) {
            counts = new int[TimeWaitAges.BUCKETS];
        }
        counts[Math.min(ageMillis / 1_000, TimeWaitAges.OVERDUE)]++;
    }

    TimeWaitAges ages() {
        return counts.length == 0 ? TimeWaitAges.NONE : TimeWaitAges.of(counts);
    }
}
