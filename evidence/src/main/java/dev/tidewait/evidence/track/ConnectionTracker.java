package dev.tidewait.evidence.track;

import dev.tidewait.evidence.capture.Segment;
import dev.tidewait.evidence.late.LateKind;
import java.time.Duration;

/**
 * Follows the connections of a capture. Segments come in the order of their times ({@link ReorderWindow}). Owned by one thread; allocates nothing for a
 * segment.
 *
 * <p><b>Closed</b> is a connection when each end's FIN was sent and acknowledged, at the time of the segment that completes this, or at its first RST. What
 * the capture lacks cannot complete it: without the last ACK a connection stays half closed. From then on every segment on the four-tuple is late
 * ({@link LateKind}), until a new incarnation begins: with a SYN whose sequence number is not the old SYN's, or with a segment that cannot be the old
 * connection's (its sequence number lies behind the FIN). The watch ends there, at the {@linkplain Limits#watch horizon}, or with the capture.
 *
 * <p>A capture is taken at one place: a segment that leaves there is counted when it leaves. So ages are those at the place of capture, up to one way's
 * delay less than at the end where it arrives.
 *
 * <p><b>Memory</b> is bounded by {@link Limits#rows}: if there are more four-tuples at once, the oldest closed one's watch ends early, or the open one that was
 * silent longest is forgotten, and both are counted.
 */
final class ConnectionTracker {
    /** Data that may ride on a SYN or follow it before the capture sees the answer. */
    private static final int NEAR = 1 << 24;

    /** An open connection that spoke within this time is spared, if others are there to be given up. */
    private static final long SPARED_NANOS = Duration.ofMinutes(1).toNanos();

    private static final int MOST_SPARED = 8;

    private final Limits limits;
    private final ConnectionTable table;
    private final ConnectionRow row;
    private final RowList open;
    private final RowList closed;
    private final TrackCounts counts;

    /**
     * How much is kept, and for how long.
     *
     * @param rows four-tuples at once
     * @param watch how long a closed one is watched
     */
    record Limits(int rows, Duration watch) {}

    /** @param key of the table's hash */
    ConnectionTracker(Limits limits, TrackCounts counts, long key) {
        this.limits = limits;
        this.counts = counts;
        this.table = new ConnectionTable(key);
        this.row = new ConnectionRow(table);
        this.open = new RowList(table);
        this.closed = new RowList(table);
    }

    void accept(Segment segment) {
        counts.segments++;
        long now = segment.timeNanos();
        endWatches(now);
        int end = ConnectionTable.endOf(segment);
        int found = table.find(segment, end);
        if (found == ConnectionTable.NONE) {
            begin(segment, end);
            return;
        }
        row.select(found);
        row.seen(now);
        switch (row.state()) {
            case ConnectionRow.SYN_SENT -> answered(segment, end);
            case ConnectionRow.SYN_RECEIVED -> confirmed(segment, end);
            case ConnectionRow.ESTABLISHED -> established(segment, end);
            case ConnectionRow.REFUSED -> afterRefusal(segment, end);
            default -> afterClose(segment, end);
        }
    }

    /** The capture is over: every row is concluded at its last moment. */
    void finish(long lastNanos) {
        while (closed.head() != ConnectionTable.NONE) {
            forget(closed, closed.head(), lastNanos);
        }
        while (open.head() != ConnectionTable.NONE) {
            forget(open, open.head(), lastNanos);
        }
    }

    // ---- beginnings ----

    private void begin(Segment segment, int end) {
        if (segment.has(Segment.RST)) {
            counts.strayResets++;
            return;
        }
        if (table.size() == limits.rows()) {
            makeRoom(segment.timeNanos());
        }
        row.select(table.add(segment, end));
        open.append(row.row());
        restart(segment, end, false);
    }

    /** Begins the incarnation whose first segment this is, in a row that is in the list of open ones. */
    private void restart(Segment segment, int end, boolean reused) {
        boolean syn = segment.has(Segment.SYN);
        boolean acknowledges = segment.has(Segment.ACK);
        int state =
                !syn ? ConnectionRow.ESTABLISHED : acknowledges ? ConnectionRow.SYN_RECEIVED : ConnectionRow.SYN_SENT;
        row.restart(state, reused, segment.timeNanos());
        if (syn) {
            row.setOpener(acknowledges ? 1 - end : end);
            row.setInitial(end, segment.sequence());
        } else {
            counts.midStream++;
            established(segment, end);
        }
    }

    private void answered(Segment segment, int end) {
        boolean opener = row.isOpener(end);
        if (segment.has(Segment.RST)) {
            if (!opener && acknowledgesSyn(segment, 1 - end)) {
                refuse(segment.timeNanos());
            } else if (!opener) {
                counts.staleAnswers++;
            }
        } else if (segment.has(Segment.SYN)) {
            if (opener) {
                repeatedOrNewAttempt(segment, end);
            } else if (segment.has(Segment.ACK) && !acknowledgesSyn(segment, 1 - end)) {
                counts.staleAnswers++;
            } else {
                row.setInitial(end, segment.sequence());
                row.setState(ConnectionRow.SYN_RECEIVED);
            }
        } else if (opener ? isNear(segment.sequence() - row.initial(end)) : acknowledgesSyn(segment, 1 - end)) {
            establish(segment, end, false); // the SYN-ACK is not in the capture
        } else if (opener) {
            counts.intoNewIncarnation++; // of the former one, from the end that has begun the new one
        } else {
            counts.staleAnswers++;
        }
    }

    private void confirmed(Segment segment, int end) {
        if (!segment.has(Segment.SYN) && row.knowsInitial(end) && !isNear(segment.sequence() - row.initial(end))) {
            counts.intoNewIncarnation++;
        } else if (segment.has(Segment.RST)) {
            refuse(segment.timeNanos());
        } else if (segment.has(Segment.SYN)) {
            if (row.isOpener(end) && !segment.has(Segment.ACK)) {
                repeatedOrNewAttempt(segment, end);
            } else {
                counts.repeatedSyns++;
            }
        } else {
            establish(segment, end, row.isOpener(end) && row.knowsInitial(end));
        }
    }

    private void repeatedOrNewAttempt(Segment segment, int end) {
        if (!row.knowsInitial(end) || row.isInitial(end, segment.sequence())) {
            counts.repeatedSyns++;
        } else {
            counts.unanswered++;
            restart(segment, end, row.isReused());
        }
    }

    private void establish(Segment segment, int end, boolean whole) {
        if (whole) {
            counts.handshakes++;
        } else {
            counts.midStream++;
        }
        row.setState(ConnectionRow.ESTABLISHED);
        established(segment, end);
    }

    private void refuse(long now) {
        row.setState(ConnectionRow.REFUSED);
        row.setClosedAt(now);
        moveTo(closed, open);
    }

    private void afterRefusal(Segment segment, int end) {
        if (segment.has(Segment.RST) || !segment.has(Segment.SYN) || segment.has(Segment.ACK)) {
            return;
        }
        moveTo(open, closed);
        if (row.isInitial(end, segment.sequence())) {
            counts.repeatedSyns++;
            row.setState(ConnectionRow.SYN_SENT);
        } else {
            counts.refused++;
            restart(segment, end, row.isReused());
        }
    }

    private boolean acknowledgesSyn(Segment segment, int opener) {
        return segment.has(Segment.ACK) && isNear(segment.acknowledgement() - row.initial(opener));
    }

    private static boolean isNear(int difference) {
        return difference > 0 && difference <= NEAR;
    }

    // ---- the connection, and its end ----

    private void established(Segment segment, int end) {
        if (!segment.has(Segment.SYN) && row.isBeforeBeginning(end, segment.sequence())) {
            counts.intoNewIncarnation++;
            return;
        }
        if (segment.has(Segment.RST)) {
            if (row.mayBeReset(end, segment.sequence())) {
                row.setFirstToClose(end);
                close(ConnectionRow.RESET, counts.reset, segment.timeNanos());
            } else {
                counts.strayResets++;
            }
            return;
        }
        if (segment.has(Segment.SYN)) {
            if (segment.has(Segment.ACK) || row.isInitial(end, segment.sequence())) {
                counts.repeatedSyns++;
            } else {
                counts.replaced++;
                restart(segment, end, false);
            }
            return;
        }
        boolean fresh = !row.knowsHighest(end) || segment.endSequence() - row.highest(end) > 0;
        row.take(segment, end);
        if (segment.has(Segment.FIN)) {
            if (row.hasFin(end)) {
                counts.repeatedFins++;
            } else {
                row.setFin(end, segment.endSequence());
                row.setFirstToClose(end);
            }
        } else if (fresh
                && segment.payloadBytes() > 0
                && row.hasFin(1 - end)
                && !row.hasFin(end)
                && row.noteHalfCloseUse()) {
            counts.halfCloseUses++;
        }
        if (row.hasAnyFin() && row.isClosed()) {
            close(ConnectionRow.GRACEFUL, counts.graceful, segment.timeNanos());
        }
    }

    private void close(int state, TrackCounts.Kind kind, long now) {
        kind.closed(row.knowsOpener(), row.isOpener(0) == row.closedFirst(0));
        row.setState(state);
        row.setClosedAt(now);
        moveTo(closed, open);
    }

    // ---- after close ----

    private void afterClose(Segment segment, int end) {
        TrackCounts.Kind kind = kindOf(row.state());
        long age = segment.timeNanos() - row.closedAtNanos();
        if (isNewIncarnation(segment, end)) {
            kind.reused(age);
            concludeWatch(kind, segment.timeNanos());
            moveTo(open, closed);
            restart(segment, end, true);
            return;
        }
        LateKind late = LateKind.of(segment.flags(), segment.payloadBytes());
        kind.late.segment(late, row.closedFirst(1 - end), age);
        row.late(age, late.needsTimeWait());
    }

    private boolean isNewIncarnation(Segment segment, int end) {
        if (segment.has(Segment.RST)) {
            return false;
        }
        if (segment.has(Segment.SYN)) {
            return !row.isInitial(end, segment.sequence());
        }
        if (row.state() == ConnectionRow.GRACEFUL) {
            int behindFin = segment.sequence() - row.finEnd(end);
            return behindFin > 0 || behindFin < -ConnectionRow.FAR;
        }
        return row.knowsHighest(end) && ConnectionRow.isFar(segment.sequence() - row.highest(end));
    }

    private TrackCounts.Kind kindOf(int state) {
        return state == ConnectionRow.GRACEFUL ? counts.graceful : counts.reset;
    }

    private void concludeWatch(TrackCounts.Kind kind, long now) {
        kind.late.connection(now - row.closedAtNanos(), row.latest(), row.latestNeeding());
    }

    // ---- memory ----

    private void endWatches(long now) {
        long watchNanos = limits.watch().toNanos();
        while (closed.head() != ConnectionTable.NONE) {
            row.select(closed.head());
            long end = row.closedAtNanos() + watchNanos;
            if (now <= end) {
                return;
            }
            forget(closed, row.row(), end);
        }
    }

    private void makeRoom(long now) {
        counts.letGo++;
        if (closed.size() >= open.size()) {
            forget(closed, closed.head(), now);
            return;
        }
        for (int i = 0; i < MOST_SPARED; i++) {
            row.select(open.head());
            if (now - row.lastSeenNanos() > SPARED_NANOS) {
                break;
            }
            open.remove(row.row());
            open.append(row.row());
        }
        forget(open, open.head(), now);
    }

    private void forget(RowList list, int which, long now) {
        row.select(which);
        int state = row.state();
        switch (state) {
            case ConnectionRow.SYN_SENT, ConnectionRow.SYN_RECEIVED -> counts.unanswered++;
            case ConnectionRow.REFUSED -> counts.refused++;
            case ConnectionRow.ESTABLISHED -> {
                if (row.hasAnyFin()) {
                    counts.halfClosed++;
                } else {
                    counts.open++;
                }
            }
            default -> concludeWatch(kindOf(state), now);
        }
        list.remove(which);
        table.remove(which);
    }

    private void moveTo(RowList to, RowList from) {
        from.remove(row.row());
        to.append(row.row());
    }
}
