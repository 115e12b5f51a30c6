package dev.tidewait.hook.reap;

import dev.tidewait.linux.DiagEntry;
import dev.tidewait.linux.DiagVisitor;
import dev.tidewait.linux.DumpAnswer;
import dev.tidewait.linux.DumpFilter;
import dev.tidewait.linux.Refused;
import dev.tidewait.linux.SocketDiag;
import dev.tidewait.linux.TcpState;
import dev.tidewait.linux.TimeWaitTable;
import java.util.Arrays;
import java.util.BitSet;

/**
 * What one walk of the kernel's table found on the outgoing ports: every pair of source and destination with its counts, and every
 * TIME_WAIT socket in a row with its pair. Used again for each pass; owned by one thread.
 */
final class Census implements DiagVisitor {
    /** One tick of the slowest clock (HZ=100), ms: the kernel's timers count ticks, and no age may be overestimated. */
    private static final long TICK_MILLIS = 10;

    /** About what the kernel answers at once, in 0.1 ms. */
    private static final int SOCKETS_PER_TURN = 256;

    /** Everything that holds a four-tuple. Listeners are another table. */
    private static final TcpState[] HOLDING = {
        TcpState.ESTABLISHED,
        TcpState.SYN_SENT,
        TcpState.SYN_RECEIVED,
        TcpState.FIN_WAIT1,
        TcpState.FIN_WAIT2,
        TcpState.TIME_WAIT,
        TcpState.CLOSE_WAIT,
        TcpState.LAST_ACK,
        TcpState.CLOSING
    };

    private final BitSet ports;
    private final DumpFilter filter;
    private final boolean measured;
    /** Where it was not measured, the longest timer seen so far: the true length or less, so that no age is overestimated. */
    private long timeWaitMillis;

    private final long leastAgeMillis;
    private final ListeningPorts listening;
    private final DryRun dryRun;

    final Pairs pairs;
    final TimeWaitTable table = new TimeWaitTable();
    /** Index of each row's pair. */
    private int[] pairOfRow = new int[1_024];
    /** Sockets in TIME_WAIT left alone because their port is a listening one. */
    private int sparedListening;

    private int visited;

    /**
     * @param timeWaitMillis how long TIME_WAIT lasts here, or {@link ReapStart#NOT_MEASURED}
     * @param leastAgeMillis age from which a socket may go
     */
    Census(ReapSettings settings, long timeWaitMillis, long leastAgeMillis, ListeningPorts listening, DryRun dryRun) {
        ports = settings.ports().toBitSet();
        filter = DumpFilter.states(HOLDING).sourcePorts(ports.nextSetBit(0), ports.length() - 1);
        this.timeWaitMillis = timeWaitMillis;
        measured = timeWaitMillis != ReapStart.NOT_MEASURED;
        this.leastAgeMillis = leastAgeMillis;
        this.listening = listening;
        this.dryRun = dryRun;
        pairs = new Pairs(new AddressFilter(settings.sources()), new AddressFilter(settings.destinations()));
    }

    void take(SocketDiag diag) throws ReapException {
        pairs.clear();
        table.clear();
        sparedListening = 0;
        dryRun.begin();
        DumpAnswer answer = diag.dumpBothAtOnce(filter, this);
        if (answer instanceof Refused refused) {
            throw ReapException.refused("cannot list the TIME_WAIT sockets", refused);
        }
        for (int row = 0; row < table.size(); row++) {
            pairOf(row).addTimeWait(ageMillis(row), leastAgeMillis);
        }
    }

    @Override
    public void visit(DiagEntry entry) {
        if (++visited % SOCKETS_PER_TURN == 0) {
            Courtesy.giveWay();
        }
        int port = entry.sourcePort();
        if (!ports.get(port)) {
            return;
        }
        TcpState state = entry.state();
        if (!measured && state == TcpState.TIME_WAIT) {
            // A timer that is not set yet may show anything.
            timeWaitMillis = Math.max(timeWaitMillis, Math.min(entry.timerMillis(), ReapSettings.KERNEL_MILLIS));
        }
        if (listening.isSpared(port)) {
            if (state == TcpState.TIME_WAIT) {
                sparedListening++;
            }
            return;
        }
        int index = pairs.find(
                entry.sourceHigh(),
                entry.sourceLow(),
                entry.destinationHigh(),
                entry.destinationLow(),
                entry.destinationPort());
        Pair pair = pairs.get(index);
        if (!pair.chosen) {
            return;
        }
        if (state == TcpState.FIN_WAIT2) {
            pair.finWait2++;
        } else if (state != TcpState.TIME_WAIT || !entry.isDestroyable()) {
            pair.live++;
        } else if (!dryRun.isGone(entry.cookie())) {
            addTimeWait(entry, index);
        }
    }

    private void addTimeWait(DiagEntry entry, int index) {
        int row = table.add(entry);
        if (row == pairOfRow.length) {
            pairOfRow = Arrays.copyOf(pairOfRow, row * 2);
        }
        pairOfRow[row] = index;
        dryRun.note(row, entry.cookie());
    }

    /** Time since the socket's TIME_WAIT began, or began anew; a tick less rather than more. */
    long ageMillis(int row) {
        return Math.max(0, timeWaitMillis - TICK_MILLIS - table.remainingMillis(row));
    }

    boolean mayGo(int row) {
        return ageMillis(row) >= leastAgeMillis;
    }

    Pair pairOf(int row) {
        return pairs.get(pairOfRow[row]);
    }

    int sparedListening() {
        return sparedListening;
    }
}
