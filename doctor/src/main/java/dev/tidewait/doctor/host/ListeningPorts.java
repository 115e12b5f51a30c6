package dev.tidewait.doctor.host;

import dev.tidewait.linux.DiagEntry;
import dev.tidewait.linux.DumpAnswer;
import dev.tidewait.linux.DumpFilter;
import dev.tidewait.linux.LinuxException;
import dev.tidewait.linux.Refused;
import dev.tidewait.linux.SocketDiag;
import dev.tidewait.linux.TcpState;
import java.util.List;
import java.util.TreeMap;

/** The listening TCP ports of the calling thread's network namespace, from sock_diag; needs no rights. */
final class ListeningPorts {
    private static final DumpFilter LISTENING = DumpFilter.states(TcpState.LISTEN);

    /** ::ffff:127.0.0.0/104, the mapped form that DiagEntry gives IPv4 addresses. */
    private static final long LOOPBACK_IPV4 = 0x0000_ffff_7f00_0000L;

    private static final long LOOPBACK_IPV4_MASK = 0xffff_ffff_ff00_0000L;

    private ListeningPorts() {}

    /** In rising order; empty and noted if the kernel refuses. */
    static List<ListeningPort> read(ProcText text) {
        TreeMap<Integer, ListeningPort> ports = new TreeMap<>();
        try (SocketDiag diag = SocketDiag.open()) {
            DumpAnswer answer =
                    diag.dump(LISTENING, entry -> ports.merge(entry.sourcePort(), one(entry), ListeningPorts::both));
            if (answer instanceof Refused refused) {
                text.note("listening ports", "sock_diag answered " + refused.errno() + ". " + refused.advice());
            }
        } catch (LinuxException e) {
            text.note("listening ports", String.valueOf(e.getMessage()));
        }
        return List.copyOf(ports.values());
    }

    private static ListeningPort one(DiagEntry entry) {
        boolean mapped = entry.sourceHigh() == 0 && (entry.sourceLow() & LOOPBACK_IPV4_MASK) == LOOPBACK_IPV4;
        boolean ipv6 = entry.sourceHigh() == 0 && entry.sourceLow() == 1;
        return new ListeningPort(entry.sourcePort(), mapped || ipv6, entry.userId());
    }

    private static ListeningPort both(ListeningPort one, ListeningPort other) {
        return new ListeningPort(one.port(), one.loopbackOnly() && other.loopbackOnly(), one.userId());
    }
}
