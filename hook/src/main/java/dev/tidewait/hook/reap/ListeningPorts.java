package dev.tidewait.hook.reap;

import dev.tidewait.linux.DiagEntry;
import dev.tidewait.linux.DumpAnswer;
import dev.tidewait.linux.DumpFilter;
import dev.tidewait.linux.Refused;
import dev.tidewait.linux.SocketDiag;
import dev.tidewait.linux.TcpState;
import java.util.Arrays;

/**
 * Local ports that somebody listens on, or did until lately: connections on them came from outside, and their TIME_WAIT protects what
 * another host chose. Owned by one thread.
 *
 * <p>Only what a look has seen is known: before each pass, and once a second between them. A service that has stopped since leaves connections
 * behind, so a port stays spared until all of them have left TIME_WAIT.
 *
 * <p>Hazard: a port on which somebody listened only before the first look, or only between two, as FTP servers do for a passive transfer,
 * looks like one that connect() chose. Such ports belong in ip_local_reserved_ports, which the reaper leaves out by default.
 */
final class ListeningPorts {
    private static final int PORTS = 65_536;
    private static final DumpFilter LISTENING = DumpFilter.states(TcpState.LISTEN);
    /** FIN_WAIT2 (60 s), then TIME_WAIT, which lasts up to 62 s. */
    private static final long SPARED_NANOS = 130_000_000_000L;

    private static final long LOOK_NANOS = 1_000_000_000;

    private static final long NEVER = Long.MIN_VALUE;

    /** When a port was seen last. */
    private final long[] seenNanos = new long[PORTS];

    private final boolean[] spared = new boolean[PORTS];
    private long lookedNanos;

    ListeningPorts() {
        Arrays.fill(seenNanos, NEVER);
    }

    void look(SocketDiag diag, long nowNanos) throws ReapException {
        lookedNanos = nowNanos;
        DumpAnswer answer = diag.dumpBothAtOnce(LISTENING, this::see);
        if (answer instanceof Refused refused) {
            throw ReapException.refused("cannot list the listening ports", refused);
        }
        for (int port = 0; port < PORTS; port++) {
            spared[port] = seenNanos[port] != NEVER && nowNanos - seenNanos[port] < SPARED_NANOS;
        }
    }

    /** Looks again if the last look is a second old. */
    void watch(SocketDiag diag, long nowNanos) throws ReapException {
        if (nowNanos - lookedNanos >= LOOK_NANOS) {
            look(diag, nowNanos);
        }
    }

    boolean isSpared(int port) {
        return spared[port];
    }

    private void see(DiagEntry entry) {
        seenNanos[entry.sourcePort()] = lookedNanos;
    }
}
