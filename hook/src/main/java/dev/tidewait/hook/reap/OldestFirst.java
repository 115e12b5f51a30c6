package dev.tidewait.hook.reap;

import java.util.Arrays;

/** Picks the rows to destroy from a census: of each pair the oldest, and of all pairs the oldest first. Used again; owned by one thread. */
final class OldestFirst {
    private static final int ROW_BITS = 32;

    /** Remaining milliseconds, then the row. */
    private long[] order = new long[1_024];

    private int[] rows = new int[1_024];
    private int count;

    /**
     * Picks, as far as the pairs want it.
     *
     * @param most no more than so many
     */
    void pick(Census census, int most) {
        count = 0;
        int candidates = collect(census);
        Arrays.sort(order, 0, candidates);
        if (rows.length < candidates) {
            rows = new int[order.length];
        }
        for (int i = 0; i < candidates && count < most; i++) {
            int row = (int) order[i];
            Pair pair = census.pairOf(row);
            if (pair.stillWanted > 0) {
                pair.stillWanted--;
                pair.taken++;
                rows[count++] = row;
            }
        }
    }

    /** The rows picked, oldest first; the first {@link #count()} count. */
    int[] rows() {
        return rows;
    }

    int count() {
        return count;
    }

    private int collect(Census census) {
        int candidates = 0;
        for (int row = 0; row < census.table.size(); row++) {
            if (census.pairOf(row).wanted > 0 && census.mayGo(row)) {
                if (candidates == order.length) {
                    order = Arrays.copyOf(order, candidates * 2);
                }
                order[candidates++] = (long) census.table.remainingMillis(row) << ROW_BITS | row;
            }
        }
        return candidates;
    }
}
