package dev.tidewait.netty;

import dev.tidewait.linux.DumpFilter;
import dev.tidewait.linux.SocketDiag;
import dev.tidewait.linux.TcpState;
import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;
import dev.tidewait.ports.PortSet;
import java.util.List;

/** Looks at the start for what the kernel and an earlier run know. Used once, by the thread that starts. */
final class Seeding {
    /** What TIME_WAIT lasts at least; what is missing from it is its age, or less. */
    private static final long TIME_WAIT_MILLIS = 60_000;

    private final PortSet ports;
    private final long nowMillis;
    private final EarlierRun.Finds finds;

    /** @param ports those that will be leased */
    Seeding(PortSet ports, long nowMillis) {
        this.ports = ports;
        this.nowMillis = nowMillis;
        this.finds = new EarlierRun.Finds(nowMillis);
    }

    /** One dump of the sockets on our ports. Everything but TIME_WAIT is left to the look-up before its first use. */
    void fromKernel() {
        try (SocketDiag diag = SocketDiag.open()) {
            diag.dump(DumpFilter.states(TcpState.TIME_WAIT), entry -> {
                if (ports.contains(entry.sourcePort()) && entry.destinationPort() > 0) {
                    finds.timeWait(
                            new IpAddress(entry.sourceHigh(), entry.sourceLow()),
                            entry.sourcePort(),
                            new Destination(
                                    new IpAddress(entry.destinationHigh(), entry.destinationLow()),
                                    entry.destinationPort()),
                            Math.max(0, TIME_WAIT_MILLIS - entry.timerMillis()));
                }
            });
        }
    }

    /** Endings that left nothing in the kernel. */
    void fromJournal(List<EndingJournal.Past> past) {
        for (EndingJournal.Past one : past) {
            finds.ending(
                    one.tuple().source(),
                    one.tuple().sourcePort(),
                    one.tuple().destination(),
                    nowMillis - one.releasedMillis(),
                    one.floorMillis());
        }
    }

    EarlierRun.Finds finds() {
        return finds;
    }
}
