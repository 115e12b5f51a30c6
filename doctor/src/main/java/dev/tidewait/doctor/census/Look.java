package dev.tidewait.doctor.census;

import dev.tidewait.linux.DiagEntry;
import dev.tidewait.linux.DiagVisitor;
import dev.tidewait.linux.DumpFilter;
import dev.tidewait.linux.Refused;
import dev.tidewait.linux.SocketDiag;
import dev.tidewait.linux.TcpCounters;
import dev.tidewait.linux.TcpState;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * One walk of the kernel's socket table, folded socket by socket and compared with the look before. Owned by one thread.
 *
 * <p>What is new is told socket by socket and not by differences of counts: a connection that is live, or in a TIME_WAIT that began since the look
 * before, is new if its cookie was not there then. A walk of a large table takes a while and sees each socket at a moment of its own, so age alone
 * does not tell which TIME_WAIT is new: the cookies of the young ones are remembered too.
 */
final class Look implements DiagVisitor {
    /** Everything that holds a four-tuple. Listeners are another table. */
    private static final DumpFilter HOLDING = DumpFilter.states(
            TcpState.ESTABLISHED,
            TcpState.SYN_SENT,
            TcpState.SYN_RECEIVED,
            TcpState.FIN_WAIT1,
            TcpState.FIN_WAIT2,
            TcpState.TIME_WAIT,
            TcpState.CLOSE_WAIT,
            TcpState.LAST_ACK,
            TcpState.CLOSING,
            TcpState.NEW_SYN_RECEIVED);

    /** How much longer than the other one of two walks may take. */
    private static final long UNEVEN_MILLIS = 1_000;
    /** Younger ones than this could be taken for new by the next look. */
    private static final long YOUNG_MILLIS = 2 * UNEVEN_MILLIS;

    /**
     * A TIME_WAIT that was younger than this at the earlier look and is gone now left before its time, if the looks are no more than
     * {@link #LONGEST_SPAN_SECONDS} apart.
     */
    private static final long REMEMBERED_MILLIS = 55_000;

    private static final double LONGEST_SPAN_SECONDS = 4;

    private static final CookieSet NOBODY = new CookieSet();

    final AutomaticPorts automatic;
    final TcpCounters counters;
    final PairTable pairs;
    final ServiceTable services = new ServiceTable();
    final StateTally outgoing = new StateTally();
    final StateTally incoming = new StateTally();
    /** Ages of all TIME_WAIT sockets, both directions. */
    final AgeTally ages = new AgeTally();

    final CookieSet live = new CookieSet();
    final CookieSet youngTimeWait = new CookieSet();
    /** Both directions. */
    final CookieSet timeWait = new CookieSet();

    final HeldSockets held = new HeldSockets();
    /** How many sockets were told by a guess. */
    private int ownPortCount;

    private int stoppedServiceCount;
    private final CookieSet liveBefore;
    private final CookieSet youngBefore;
    private final CookieSet timeWaitBefore;
    /** In TIME_WAIT now, and at the earlier look too. */
    private int stillTimeWait;

    /** A TIME_WAIT that began since the earlier look is younger than this, and one that is as young and was there then was young then. */
    private final long newerMillis;

    private final long startedNanos;
    private long endedNanos;

    private Look(AutomaticPorts automatic, TcpCounters counters, long startedNanos, Optional<Look> earlier) {
        this.automatic = automatic;
        this.counters = counters;
        this.startedNanos = startedNanos;
        pairs = new PairTable(automatic.usable(), automatic.own());
        liveBefore = earlier.isPresent() ? earlier.get().live : NOBODY;
        youngBefore = earlier.isPresent() ? earlier.get().youngTimeWait : NOBODY;
        timeWaitBefore = earlier.isPresent() ? earlier.get().timeWait : NOBODY;
        newerMillis = earlier.isPresent() ? (startedNanos - earlier.get().startedNanos) / 1_000_000 + UNEVEN_MILLIS : 0;
    }

    /** Walks the table now; with an {@code earlier} look it is compared with that. */
    static Look take(SocketDiag diag, OwnPorts own, LongSupplier nanoTime, Optional<Look> earlier) {
        AutomaticPorts automatic = AutomaticPorts.read(diag, own);
        TcpCounters counters = TcpCounters.read();
        Look look = new Look(automatic, counters, nanoTime.getAsLong(), earlier);
        if (diag.dumpBothAtOnce(HOLDING, look) instanceof Refused refused) {
            throw CensusException.refused(refused);
        }
        look.endedNanos = nanoTime.getAsLong();
        earlier.ifPresent(look::continueHistory);
        return look;
    }

    private void continueHistory(Look earlier) {
        double spanSeconds = secondsSince(earlier);
        for (PairFold pair : pairs.pairs()) {
            OpenHistory before =
                    earlier.pairs.same(pair).map(same -> same.opens).orElse(OpenHistory.EMPTY);
            pair.opens = before.plus(spanSeconds, pair.newcomers);
        }
    }

    /** The time from when the earlier look saw a socket until this one does, on average. */
    double secondsSince(Look earlier) {
        long started = startedNanos - earlier.startedNanos;
        long ended = endedNanos - earlier.endedNanos;
        return (started + ended) / 2e9;
    }

    /**
     * TIME_WAIT sockets that went between the {@code earlier} look, with which this one was compared, and this one, though they were not 60 s old:
     * taken over by connect(), destroyed, or ended by a reset. 0 where the looks are too far apart to tell.
     */
    int timeWaitLeftEarly(Look earlier) {
        return secondsSince(earlier) > LONGEST_SPAN_SECONDS ? 0 : earlier.timeWait.size() - stillTimeWait;
    }

    /** Sockets of {@link Direction#OWN_PORT}. */
    int ownPortCount() {
        return ownPortCount;
    }

    /** Sockets of {@link Direction#STOPPED_SERVICE}. */
    int stoppedServiceCount() {
        return stoppedServiceCount;
    }

    @Override
    public void visit(DiagEntry entry) {
        int localPort = entry.sourcePort();
        int remotePort = entry.destinationPort();
        TcpState state = entry.state();
        Direction direction = automatic.directionOf(localPort, remotePort);
        if (!direction.isOutgoing()) {
            stoppedServiceCount += direction == Direction.STOPPED_SERVICE ? 1 : 0;
            visitIncoming(entry, localPort, state);
            return;
        }
        outgoing.add(state);
        PairFold pair = pairs.find(
                entry.sourceHigh(), entry.sourceLow(), entry.destinationHigh(), entry.destinationLow(), remotePort);
        pair.states.add(state);
        if (direction == Direction.AUTOMATIC_PORT) {
            pair.source.add(localPort);
        }
        ownPortCount += direction == Direction.OWN_PORT ? 1 : 0;
        pair.addPort(localPort, automatic.isFirstParity(localPort), state == TcpState.TIME_WAIT);
        if (state == TcpState.TIME_WAIT) {
            visitTimeWait(entry, pair);
        } else {
            visitLive(entry, pair);
        }
    }

    private void visitIncoming(DiagEntry entry, int localPort, TcpState state) {
        incoming.add(state);
        if (state == TcpState.TIME_WAIT) {
            int ageMillis = TimeWaitTimer.ageMillis(entry.timerMillis());
            addTimeWait(entry.cookie(), ageMillis);
            services.addTimeWait(localPort, ageMillis);
        } else {
            services.add(localPort, state);
        }
    }

    private void visitTimeWait(DiagEntry entry, PairFold pair) {
        int ageMillis = TimeWaitTimer.ageMillis(entry.timerMillis());
        long cookie = entry.cookie();
        addTimeWait(cookie, ageMillis);
        pair.ages.add(ageMillis);
        if (ageMillis < YOUNG_MILLIS) {
            youngTimeWait.add(cookie);
        }
        if (ageMillis < newerMillis && !youngBefore.contains(cookie)) {
            if (liveBefore.contains(cookie)) {
                pair.closedHere++;
            } else {
                pair.newcomers++;
            }
        }
    }

    private void addTimeWait(long cookie, int ageMillis) {
        ages.add(ageMillis);
        if (ageMillis < REMEMBERED_MILLIS) {
            timeWait.add(cookie);
        }
        stillTimeWait += timeWaitBefore.contains(cookie) ? 1 : 0;
    }

    private void visitLive(DiagEntry entry, PairFold pair) {
        long cookie = entry.cookie();
        pair.live++;
        live.add(cookie);
        held.add(entry.inode(), pair);
        if (liveBefore.contains(cookie)) {
            pair.stillLive++;
        } else {
            pair.newcomers++;
        }
    }
}
