package dev.tidewait.netty;

import dev.tidewait.linux.DumpFilter;
import dev.tidewait.linux.SocketDiag;
import dev.tidewait.linux.TcpState;
import dev.tidewait.ports.Destination;
import dev.tidewait.ports.Floors;
import dev.tidewait.ports.FourTuple;
import dev.tidewait.ports.IpAddress;
import dev.tidewait.ports.KernelState;
import dev.tidewait.ports.PortLedgers;
import dev.tidewait.ports.PortSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Enters what the kernel and an earlier run know into new ledgers. Used once, by the thread that starts. */
final class Seeding {
    /** What TIME_WAIT lasts at least; what is missing from it is its age, or less. */
    private static final long TIME_WAIT_MILLIS = 60_000;

    private final PortLedgers ledgers;
    private final PortSet ports;
    private final Floors floors;
    private int count;

    Seeding(PortLedgers ledgers, PortSet ports, Floors floors) {
        this.ledgers = ledgers;
        this.ports = ports;
        this.floors = floors;
    }

    /**
     * One dump of the sockets on our ports. Whether a TIME_WAIT has timestamps is not shown, so it cools for the unknown row's floor,
     * and connect() will tell. Everything else is left to the look-up before its first use.
     */
    void fromKernel(long nowMillis) {
        record Found(FourTuple tuple, long releasedMillis) {}
        List<Found> found = new ArrayList<>();
        try (SocketDiag diag = SocketDiag.open()) {
            diag.dump(DumpFilter.states(TcpState.TIME_WAIT), entry -> {
                if (ports.contains(entry.sourcePort()) && entry.destinationPort() > 0) {
                    FourTuple tuple = new FourTuple(
                            new IpAddress(entry.sourceHigh(), entry.sourceLow()),
                            entry.sourcePort(),
                            new Destination(
                                    new IpAddress(entry.destinationHigh(), entry.destinationLow()),
                                    entry.destinationPort()));
                    long age = Math.max(0, TIME_WAIT_MILLIS - entry.timerMillis());
                    found.add(new Found(tuple, nowMillis - age));
                }
            });
        }
        found.sort(Comparator.comparingLong(Found::releasedMillis));
        for (Found one : found) {
            seed(one.tuple(), KernelState.STEALABLE, floors.unknownMillis(), one.releasedMillis(), nowMillis);
        }
    }

    /** Endings that left nothing in the kernel. */
    void fromJournal(List<EndingJournal.Past> past, long nowMillis) {
        for (EndingJournal.Past one : past) {
            seed(one.tuple(), KernelState.NOTHING, one.floorMillis(), one.releasedMillis(), nowMillis);
        }
    }

    private void seed(FourTuple tuple, KernelState state, long floorMillis, long releasedMillis, long nowMillis) {
        if (ledgers.seed(tuple, state, floorMillis, releasedMillis, nowMillis)) {
            count++;
        }
    }

    int count() {
        return count;
    }
}
