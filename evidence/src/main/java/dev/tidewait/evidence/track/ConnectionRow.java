package dev.tidewait.evidence.track;

import dev.tidewait.evidence.capture.Segment;

/**
 * One row of the {@link ConnectionTable} under its names; moved from row to row, so that nothing is allocated for a connection. An end is 0 or 1. Owned by one
 * thread.
 */
final class ConnectionRow {
    // States. A SYN was seen; then the other end's; then a segment that shows that the connection stands.
    static final int SYN_SENT = 0;
    static final int SYN_RECEIVED = 1;
    static final int ESTABLISHED = 2;
    /** A RST answered the SYN. */
    static final int REFUSED = 3;
    /** Both FINs were sent and acknowledged. */
    static final int GRACEFUL = 4;

    static final int RESET = 5;

    private static final int STATE_MASK = 0x7;

    // Facts, one bit each; those of an end are shifted by it.
    private static final int OPENER_KNOWN = 1 << 3;
    private static final int OPENER_IS_ONE = 1 << 4;
    private static final int FIRST_KNOWN = 1 << 5;
    private static final int FIRST_IS_ONE = 1 << 6;
    private static final int REUSED = 1 << 7;
    private static final int HALF_CLOSE_USED = 1 << 8;
    private static final int INITIAL_KNOWN = 1 << 10;
    private static final int HIGHEST_KNOWN = 1 << 12;
    private static final int ACKNOWLEDGED_KNOWN = 1 << 14;
    private static final int FIN_SENT = 1 << 16;
    private static final int FIN_ACKNOWLEDGED = 1 << 18;
    private static final int CLOSED_MASK = (3 * FIN_SENT) | (3 * FIN_ACKNOWLEDGED);

    private static final long LOWER = 0xffff_ffffL;

    /** A number so far from another is not of the same connection: the largest window, 1 GiB (RFC 7323 section 2.3). */
    static final int FAR = 1 << 30;

    private final ConnectionTable table;
    private int row = ConnectionTable.NONE;

    ConnectionRow(ConnectionTable table) {
        this.table = table;
    }

    void select(int row) {
        this.row = row;
    }

    int row() {
        return row;
    }

    /** Forgets everything but the four-tuple and the list it is in. */
    void restart(int state, boolean reused, long nowNanos) {
        table.set(row, ConnectionTable.STATE, state | (reused ? REUSED : 0));
        table.set(row, ConnectionTable.LAST_SEEN, nowNanos);
        table.set(row, ConnectionTable.CLOSED_AT, 0);
        for (int end = 0; end < 2; end++) {
            table.set(row, ConnectionTable.SENT + end, 0);
            table.set(row, ConnectionTable.ENDED + end, 0);
        }
        table.set(row, ConnectionTable.LATEST, -1);
        table.set(row, ConnectionTable.LATEST_NEEDING, -1);
    }

    int state() {
        return (int) table.get(row, ConnectionTable.STATE) & STATE_MASK;
    }

    void setState(int state) {
        table.set(row, ConnectionTable.STATE, (table.get(row, ConnectionTable.STATE) & ~STATE_MASK) | state);
    }

    private boolean is(int fact) {
        return (table.get(row, ConnectionTable.STATE) & fact) != 0;
    }

    private void note(int facts) {
        table.set(row, ConnectionTable.STATE, table.get(row, ConnectionTable.STATE) | facts);
    }

    // ---- who ----

    void setOpener(int end) {
        note(OPENER_KNOWN | (end == 1 ? OPENER_IS_ONE : 0));
    }

    boolean knowsOpener() {
        return is(OPENER_KNOWN);
    }

    boolean isOpener(int end) {
        return is(OPENER_KNOWN) && is(OPENER_IS_ONE) == (end == 1);
    }

    /** The first FIN or RST counts; later ones change nothing. */
    void setFirstToClose(int end) {
        if (!is(FIRST_KNOWN)) {
            note(FIRST_KNOWN | (end == 1 ? FIRST_IS_ONE : 0));
        }
    }

    boolean closedFirst(int end) {
        return is(FIRST_IS_ONE) == (end == 1);
    }

    /** Its four-tuple had a connection before that was seen to close. */
    boolean isReused() {
        return is(REUSED);
    }

    /** True the first time. */
    boolean noteHalfCloseUse() {
        boolean first = !is(HALF_CLOSE_USED);
        note(HALF_CLOSE_USED);
        return first;
    }

    // ---- sequence numbers ----

    void setInitial(int end, int sequence) {
        note(INITIAL_KNOWN << end);
        table.set(row, ConnectionTable.SENT + end, ((long) sequence << 32) | (sent(end, false) & LOWER));
        raiseHighest(end, sequence + 1);
    }

    boolean knowsInitial(int end) {
        return is(INITIAL_KNOWN << end);
    }

    boolean isInitial(int end, int sequence) {
        return knowsInitial(end) && sent(end, true) == sequence;
    }

    int initial(int end) {
        return sent(end, true);
    }

    /** The number behind the highest one that was sent. */
    void raiseHighest(int end, int sequence) {
        if (!is(HIGHEST_KNOWN << end) || sequence - sent(end, false) > 0) {
            note(HIGHEST_KNOWN << end);
            table.set(row, ConnectionTable.SENT + end, ((long) sent(end, true) << 32) | (sequence & LOWER));
        }
    }

    boolean knowsHighest(int end) {
        return is(HIGHEST_KNOWN << end);
    }

    int highest(int end) {
        return sent(end, false);
    }

    void raiseAcknowledged(int end, int number) {
        if (!is(ACKNOWLEDGED_KNOWN << end) || number - ended(end, false) > 0) {
            note(ACKNOWLEDGED_KNOWN << end);
            table.set(row, ConnectionTable.ENDED + end, ((long) ended(end, true) << 32) | (number & LOWER));
        }
    }

    void setFin(int end, int endSequence) {
        note(FIN_SENT << end);
        table.set(row, ConnectionTable.ENDED + end, ((long) endSequence << 32) | (ended(end, false) & LOWER));
    }

    boolean hasFin(int end) {
        return is(FIN_SENT << end);
    }

    boolean hasAnyFin() {
        return is(3 * FIN_SENT);
    }

    /** The number behind the FIN. */
    int finEnd(int end) {
        return ended(end, true);
    }

    /**
     * Whether the number lies below the initial one, so that the segment is of a former incarnation. After so much data that numbers come round, it cannot be
     * told.
     */
    boolean isBeforeBeginning(int end, int sequence) {
        int before = initial(end) - sequence;
        int sent = highest(end) - initial(end);
        return knowsInitial(end) && before > 0 && before <= FAR && sent >= 0 && sent <= FAR;
    }

    /** Whether a RST of this number can be in the other end's window, which a capture does not show. RFC 5961 section 3 wants exactly the next number: docs/study.md. */
    boolean mayBeReset(int end, int sequence) {
        int other = 1 - end;
        if (is(ACKNOWLEDGED_KNOWN << other)) {
            int ahead = sequence - ended(other, false);
            return ahead >= 0 && ahead <= FAR;
        }
        return !knowsHighest(end) || !isFar(sequence - highest(end));
    }

    static boolean isFar(int difference) {
        return difference > FAR || difference < -FAR;
    }

    /** Whether both FINs are sent and acknowledged, after what was acknowledged so far. */
    boolean isClosed() {
        for (int end = 0; end < 2; end++) {
            if (hasFin(end) && is(ACKNOWLEDGED_KNOWN << (1 - end)) && ended(1 - end, false) - finEnd(end) >= 0) {
                note(FIN_ACKNOWLEDGED << end);
            }
        }
        return (table.get(row, ConnectionTable.STATE) & CLOSED_MASK) == CLOSED_MASK;
    }

    private int sent(int end, boolean initial) {
        long pair = table.get(row, ConnectionTable.SENT + end);
        return (int) (initial ? pair >>> 32 : pair);
    }

    private int ended(int end, boolean fin) {
        long pair = table.get(row, ConnectionTable.ENDED + end);
        return (int) (fin ? pair >>> 32 : pair);
    }

    // ---- times ----

    void seen(long nowNanos) {
        table.set(row, ConnectionTable.LAST_SEEN, nowNanos);
    }

    long lastSeenNanos() {
        return table.get(row, ConnectionTable.LAST_SEEN);
    }

    void setClosedAt(long nanos) {
        table.set(row, ConnectionTable.CLOSED_AT, nanos);
    }

    long closedAtNanos() {
        return table.get(row, ConnectionTable.CLOSED_AT);
    }

    void late(long ageNanos, boolean needing) {
        table.set(row, ConnectionTable.LATEST, Math.max(latest(), ageNanos));
        if (needing) {
            table.set(row, ConnectionTable.LATEST_NEEDING, Math.max(latestNeeding(), ageNanos));
        }
    }

    long latest() {
        return table.get(row, ConnectionTable.LATEST);
    }

    long latestNeeding() {
        return table.get(row, ConnectionTable.LATEST_NEEDING);
    }

    /** Takes note of what a segment sends and acknowledges. */
    void take(Segment segment, int end) {
        raiseHighest(end, segment.endSequence());
        if (segment.has(Segment.ACK)) {
            raiseAcknowledged(end, segment.acknowledgement());
        }
    }
}
