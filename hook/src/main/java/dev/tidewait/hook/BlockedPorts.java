package dev.tidewait.hook;

import java.util.Arrays;

/**
 * The TIME_WAIT sockets without timestamps of one (source, destination), in the order in which they ended, which is about the order
 * in which the cursor will reach them: three parallel rings of primitives. Owned by one thread. Times are milliseconds since the owner's
 * start.
 */
final class BlockedPorts {
    private static final int FIRST_CAPACITY = 64;

    private char[] ports = new char[FIRST_CAPACITY];
    private long[] cookies = new long[FIRST_CAPACITY];
    private long[] dueMillis = new long[FIRST_CAPACITY];
    private int head;
    private int size;
    /** Nothing is due before. */
    private long earliestMillis = Long.MAX_VALUE;

    /** Receives what is due. */
    @FunctionalInterface
    interface Visitor {
        /**
         * @param due when it was to be asked about
         * @return when to ask again, in milliseconds since the owner's start; {@link #DONE} to forget the port
         */
        long visit(int port, long cookie, long due);
    }

    /** The port needs no further look. */
    static final long DONE = -1;

    int size() {
        return size;
    }

    /** Whether a visit may find anything due; false if it certainly does not. */
    boolean mayBeDue(long nowMillis) {
        return earliestMillis <= nowMillis;
    }

    void add(int port, long cookie, long due) {
        if (size == ports.length) {
            grow();
        }
        int at = (head + size) & (ports.length - 1);
        ports[at] = (char) port;
        cookies[at] = cookie;
        dueMillis[at] = due;
        size++;
        earliestMillis = Math.min(earliestMillis, due);
    }

    /** Visits, among the first {@code window}, those that are due. */
    void visitDue(long nowMillis, int window, Visitor visitor) {
        int end = Math.min(window, size);
        // Of those beyond the window nothing is known.
        long earliest = end < size ? Long.MIN_VALUE : Long.MAX_VALUE;
        for (int i = 0; i < end; i++) {
            int at = (head + i) & (ports.length - 1);
            if (dueMillis[at] != DONE && dueMillis[at] <= nowMillis) {
                dueMillis[at] = visitor.visit(ports[at], cookies[at], dueMillis[at]);
            }
            if (dueMillis[at] != DONE) {
                earliest = Math.min(earliest, dueMillis[at]);
            }
        }
        earliestMillis = earliest;
        while (size > 0 && dueMillis[head] == DONE) {
            head = (head + 1) & (ports.length - 1);
            size--;
        }
    }

    private void grow() {
        int capacity = ports.length;
        ports = Arrays.copyOf(ports, 2 * capacity);
        cookies = Arrays.copyOf(cookies, 2 * capacity);
        dueMillis = Arrays.copyOf(dueMillis, 2 * capacity);
        // What lay before the head comes behind the old end.
        System.arraycopy(ports, 0, ports, capacity, head);
        System.arraycopy(cookies, 0, cookies, capacity, head);
        System.arraycopy(dueMillis, 0, dueMillis, capacity, head);
    }
}
