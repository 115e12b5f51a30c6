package dev.tidewait.doctor.census;

import dev.tidewait.linux.Listeners;
import dev.tidewait.linux.PortBits;
import dev.tidewait.linux.PortRange;
import dev.tidewait.linux.SocketDiag;
import dev.tidewait.linux.Sysctl;
import dev.tidewait.ports.PortSet;
import java.util.BitSet;

/**
 * The ports that connect() chooses from in this namespace, those that Tidewait chooses from, and what they tell of a connection. Immutable.
 *
 * <p>Usable for any one destination is the range without the reserved ports and without every port that somebody listens on: connect() passes
 * over a port that was bound explicitly, whatever its address ({@code fastreuse >= 0} in {@code __inet_hash_connect}). Parity takes nothing
 * away: connect() tries the ports of the first one's parity, then the others.
 */
final class AutomaticPorts {
    /** Where the ports of most systems begin that connect() chooses from: Linux; IANA and Windows begin at 49152. */
    private static final int COMMON_FIRST = 32_768;

    private final PortRange range;
    private final PortBits listening;
    private final PortSet usable;
    private final PortSet own;

    AutomaticPorts(PortRange range, PortBits reserved, PortBits listening, OwnPorts own) {
        this.range = range;
        this.listening = listening;
        BitSet ports = PortBits.of(range).toBitSet();
        ports.andNot(reserved.toBitSet());
        ports.andNot(listening.toBitSet());
        ports.clear(0);
        usable = PortSet.of(ports);
        BitSet others = own.ports().toBitSet();
        others.andNot(ports);
        others.andNot(listening.toBitSet());
        others.clear(0);
        this.own = PortSet.of(others);
    }

    /** Those of the calling thread's namespace, which {@code diag} must belong to. */
    static AutomaticPorts read(SocketDiag diag, OwnPorts own) {
        return new AutomaticPorts(
                Sysctl.ipLocalPortRange(), Sysctl.ipLocalReservedPorts(), Listeners.census(diag), own);
    }

    PortSet usable() {
        return usable;
    }

    /** Ports that Tidewait chooses and connect() does not. */
    PortSet own() {
        return own;
    }

    boolean isListening(int port) {
        return listening.contains(port);
    }

    /** Whether connect() takes the port in its first round. */
    boolean isFirstParity(int port) {
        return ((port ^ range.lowest()) & 1) == 0;
    }

    Direction directionOf(int localPort, int remotePort) {
        if (listening.contains(localPort)) {
            return Direction.LISTENING_PORT;
        }
        if (own.contains(localPort)) {
            return Direction.TIDEWAIT_PORT;
        }
        if (range.contains(localPort)) {
            return Direction.AUTOMATIC_PORT;
        }
        return remotePort >= COMMON_FIRST || range.contains(remotePort)
                ? Direction.STOPPED_SERVICE
                : Direction.OWN_PORT;
    }
}
