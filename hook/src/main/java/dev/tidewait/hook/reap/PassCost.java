package dev.tidewait.hook.reap;

/**
 * What a pass costs, and so how often there may be one: a dump walks the kernel's whole table, 10 ms on a host with 262,144 buckets
 * whatever it finds. Owned by one thread.
 */
final class PassCost {
    /** Where the floor leaves little room, passes may take so much of one core; removals (2.5 µs each) come on top. */
    private static final double MOST_SHARE = 0.045;
    /** Where there is room, they take so much, which keeps sockets as old as possible. */
    private static final double USUAL_SHARE = 0.01;

    private static final double FIRST_GUESS_MILLIS = 15;
    /** Also for a tiny table: nothing changes so fast that it must be looked at more often. */
    private static final double SHORTEST_MILLIS = 100;

    private static final double LONGEST_MILLIS = 2_000;
    /** A dearer pass counts for so much of the average, at four times the average at most. */
    private static final double WEIGHT = 0.1;

    private double millis = FIRST_GUESS_MILLIS;

    /** A pass has cost so much CPU time. The first passes are dear (classes load, code is compiled), so cheaper ones count at once. */
    void add(long nanos) {
        double seen = nanos / 1e6;
        millis = seen < millis ? seen : millis + WEIGHT * (Math.min(seen, 4 * millis) - millis);
    }

    double millis() {
        return millis;
    }

    /** Between two passes at least, ms. */
    double shortestMillis() {
        return Math.clamp(millis / MOST_SHARE, SHORTEST_MILLIS, LONGEST_MILLIS);
    }

    /** Between two passes where there is something to destroy, ms. */
    double usualMillis() {
        return Math.clamp(millis / USUAL_SHARE, SHORTEST_MILLIS, LONGEST_MILLIS);
    }
}
