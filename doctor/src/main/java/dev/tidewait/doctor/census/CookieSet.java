package dev.tidewait.doctor.census;

/**
 * Cookies of sockets, by which a later look knows them again: the kernel keeps a socket's cookie from SYN_SENT to the end of TIME_WAIT. An
 * open-addressing table. Owned by one thread; allocates only when it grows, and takes no more than {@link #LIMIT}.
 */
final class CookieSet {
    /** 8 MB. */
    static final int LIMIT = 1 << 19;

    private static final int FIRST_SLOTS = 1 << 11;
    private static final long FREE = 0;

    private long[] slots = new long[FIRST_SLOTS];
    private int size;
    private boolean complete = true;

    /** Adds the cookie of a socket; 0 is no cookie. */
    void add(long cookie) {
        if (size == LIMIT || cookie == FREE) {
            complete = false;
            return;
        }
        if (put(slots, cookie)) {
            size++;
            if (size > slots.length / 2) {
                grow();
            }
        }
    }

    boolean contains(long cookie) {
        if (cookie == FREE) {
            return false;
        }
        int slot = slotOf(cookie, slots.length);
        while (slots[slot] != FREE) {
            if (slots[slot] == cookie) {
                return true;
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        return false;
    }

    /** How many were taken. */
    int size() {
        return size;
    }

    /** Whether every cookie was taken. */
    boolean isComplete() {
        return complete;
    }

    private void grow() {
        long[] larger = new long[slots.length * 2];
        for (long cookie : slots) {
            if (cookie != FREE) {
                put(larger, cookie);
            }
        }
        slots = larger;
    }

    private static boolean put(long[] slots, long cookie) {
        int slot = slotOf(cookie, slots.length);
        while (slots[slot] != FREE) {
            if (slots[slot] == cookie) {
                return false;
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        slots[slot] = cookie;
        return true;
    }

    private static int slotOf(long cookie, int slotCount) {
        return (int) Mix.mix(cookie) & (slotCount - 1);
    }
}
