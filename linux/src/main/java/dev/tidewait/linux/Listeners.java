package dev.tidewait.linux;

import java.util.BitSet;

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
}
