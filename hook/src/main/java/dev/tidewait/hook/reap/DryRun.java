package dev.tidewait.hook.reap;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Remembers what would have been destroyed, so that a dry run counts each socket once and sees the table as it would be. Does nothing
 * in a real run. Owned by one thread; holds no more cookies than the kernel has sockets.
 */
final class DryRun {
    private final boolean on;
    private Set<Long> gone = new HashSet<>();
    /** Of {@link #gone}, those that the kernel still shows. */
    private Set<Long> stillThere = new HashSet<>();
    /** Cookie of each row of the census. */
    private long[] cookieOfRow = new long[0];

    DryRun(boolean on) {
        this.on = on;
    }

    boolean isOn() {
        return on;
    }

    /** A new census begins. */
    void begin() {
        stillThere = new HashSet<>();
    }

    /** Whether the socket would no longer be there. */
    boolean isGone(long cookie) {
        if (!on || !gone.contains(cookie)) {
            return false;
        }
        stillThere.add(cookie);
        return true;
    }

    /** The census has put the socket into this row. */
    void note(int row, long cookie) {
        if (!on) {
            return;
        }
        if (row >= cookieOfRow.length) {
            cookieOfRow = Arrays.copyOf(cookieOfRow, Math.max(1_024, row * 2));
        }
        cookieOfRow[row] = cookie;
    }

    /** The census has ended, and these rows would be destroyed. */
    void end(int[] rows, int count) {
        gone = stillThere;
        for (int i = 0; i < count; i++) {
            gone.add(cookieOfRow[rows[i]]);
        }
    }
}
