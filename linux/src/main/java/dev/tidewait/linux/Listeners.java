package dev.tidewait.linux;

import java.net.InetSocketAddress;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

/** Census of the TCP ports that somebody listens on, IPv4 and IPv6. */
public final class Listeners {
    private static final DumpFilter LISTENING = DumpFilter.states(TcpState.LISTEN);

    private Listeners() {}

    /**
     * The listening ports of the namespace that {@code diag} was opened in, whatever their address. Walks the table of
     * listeners only, which is quick. Called on the thread that owns {@code diag}.
     *
     * @throws LinuxException if the kernel refuses
     */
    public static PortBits census(SocketDiag diag) {
        BitSet ports = new BitSet();
        DumpAnswer answer = diag.dump(LISTENING, entry -> ports.set(entry.sourcePort()));
        if (answer instanceof Refused refused) {
            throw new LinuxException("cannot list the listening ports", refused.errno(), refused.advice());
        }
        return PortBits.copyOf(ports);
    }

    /**
     * The users whose sockets listen where a connection to {@code at} ends: there, or at a wildcard address. Called on the thread that owns {@code diag}.
     *
     * @throws LinuxException if the kernel refuses
     */
    public static Set<Integer> users(SocketDiag diag, InetSocketAddress at) {
        long high = TcpTuple.high(at.getAddress());
        long low = TcpTuple.low(at.getAddress());
        Set<Integer> users = new HashSet<>();
        DumpFilter there = LISTENING.sourcePorts(at.getPort(), at.getPort());
        DumpAnswer answer = diag.dump(there, entry -> {
            boolean isWildcard =
                    entry.sourceHigh() == 0 && (entry.sourceLow() == 0 || entry.sourceLow() == TcpTuple.mapped(0));
            if (isWildcard || (entry.sourceHigh() == high && entry.sourceLow() == low)) {
                users.add(entry.userId());
            }
        });
        if (answer instanceof Refused refused) {
            throw new LinuxException("cannot list the listening ports", refused.errno(), refused.advice());
        }
        return users;
    }
}
