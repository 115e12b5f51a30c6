package dev.tidewait.ports;

import org.jspecify.annotations.Nullable;

/**
 * Cooling ports of one floor, oldest first. Not thread safe.
 *
 * <p>A ring of one {@code long} per port (8 bytes, at most 16 with the slack of doubling) and, only where a cookie has to be kept, a
 * second ring of the same length. A ring that has become three quarters empty is halved, so that ports which move from one floor's
 * queue to another's are not paid for twice. Release times never decrease along the queue: a later release with an earlier time is entered
 * with the time of its predecessor, which can only make it wait longer.
 */
final class CoolingQueue {
    /** Bits of an entry: release time (relative, 45), kernel state (2), used before (1), port (16). */
    private static final int TIME_SHIFT = 19;

    private static final int USED = 1 << 18;
    private static final int STATE_SHIFT = 16;
    private static final int LEAST_LENGTH = 8;

    private long[] entries = new long[LEAST_LENGTH];
    private long @Nullable [] cookies;
    private int head;
    private int size;

    static long entry(int port, KernelState state, boolean used, long releasedMillis) {
        return (releasedMillis << TIME_SHIFT) | (used ? USED : 0) | ((long) state.code() << STATE_SHIFT) | port;
    }

    /** The same, released so much later. */
    static long later(long entry, long millis) {
        return entry + (millis << TIME_SHIFT);
    }

    static int port(long entry) {
        return (int) entry & 0xffff;
    }

    static KernelState state(long entry) {
        return KernelState.ofCode(((int) entry >>> STATE_SHIFT) & 3);
    }

    /** Whether we had a connection on it (false: set aside before its first use). */
    static boolean used(long entry) {
        return (entry & USED) != 0;
    }

    /** In the ledger's own time. */
    static long releasedMillis(long entry) {
        return entry >>> TIME_SHIFT;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** The oldest entry; the queue is not empty. */
    long head() {
        return entries[head];
    }

    long headCookie() {
        return cookies == null ? 0 : cookies[head];
    }

    /** The entry at {@code index} from the oldest, 0 to size − 1. */
    long get(int index) {
        return entries[(head + index) & (entries.length - 1)];
    }

    /** Replaces what is believed about the entry at {@code index}. */
    void setState(int index, KernelState state) {
        int slot = (head + index) & (entries.length - 1);
        long without = entries[slot] & ~(3L << STATE_SHIFT);
        entries[slot] = without | ((long) state.code() << STATE_SHIFT);
    }

    void removeHead() {
        head = (head + 1) & (entries.length - 1);
        size--;
        if (size < entries.length / 4 && entries.length > LEAST_LENGTH) {
            resize(entries.length / 2);
        }
    }

    void addLast(long entry, long cookie) {
        makeRoom(cookie);
        long ordered = entry;
        if (size > 0) {
            long lag = releasedMillis(get(size - 1)) - releasedMillis(entry);
            ordered += Math.max(0, lag) << TIME_SHIFT;
        }
        put((head + size) & (entries.length - 1), ordered, cookie);
        size++;
    }

    /** Puts back what was taken from the head and not used: before all that were released later. */
    void putBack(long entry, long cookie) {
        makeRoom(cookie);
        head = (head - 1) & (entries.length - 1);
        size++;
        // Several may be out at once and come back in any order; as a rule this loop ends at once.
        int place = head;
        for (int i = 1; i < size && releasedMillis(get(i)) < releasedMillis(entry); i++) {
            int next = (head + i) & (entries.length - 1);
            put(place, entries[next], cookies == null ? 0 : cookies[next]);
            place = next;
        }
        put(place, entry, cookie);
    }

    /** Whether there is an entry younger than {@code ageMillis}. */
    boolean isLastYounger(long nowMillis, long ageMillis) {
        return size > 0 && nowMillis - releasedMillis(get(size - 1)) < ageMillis;
    }

    /** How many entries were released at or before {@code millis}. */
    int countReleasedUntil(long millis) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (releasedMillis(get(middle)) <= millis) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void put(int slot, long entry, long cookie) {
        entries[slot] = entry;
        if (cookies != null) {
            cookies[slot] = cookie;
        }
    }

    private void makeRoom(long cookie) {
        if (size == entries.length) {
            resize(entries.length * 2);
        }
        if (cookie != 0 && cookies == null) {
            cookies = new long[entries.length];
        }
    }

    private void resize(int length) {
        entries = unrolled(entries, length);
        cookies = cookies == null ? null : unrolled(cookies, length);
        head = 0;
    }

    private long[] unrolled(long[] ring, int length) {
        long[] straight = new long[length];
        int untilEnd = Math.min(size, ring.length - head);
        System.arraycopy(ring, head, straight, 0, untilEnd);
        System.arraycopy(ring, 0, straight, untilEnd, size - untilEnd);
        return straight;
    }
}
