package dev.tidewait.linux;

/**
 * Which sockets a dump reports; the kernel filters. Immutable, any thread.
 *
 * @param statesMask one bit per state, {@code 1 << number}
 * @param lowestPort first local port, 0 to 65535
 * @param highestPort last local port, inclusive
 * @param destinationPort exact remote port; 0 for any
 */
public record DumpFilter(int statesMask, int lowestPort, int highestPort, int destinationPort) {
    public DumpFilter {
        if (lowestPort < 0 || highestPort > 65535 || lowestPort > highestPort) {
            throw new IllegalArgumentException("local ports " + lowestPort + " to " + highestPort + " are not a range");
        }
        if (destinationPort < 0 || destinationPort > 65535) {
            throw new IllegalArgumentException("a port is 0 to 65535, not " + destinationPort);
        }
    }

    /** Sockets in any of these states, on any port. */
    public static DumpFilter states(TcpState... states) {
        int mask = 0;
        for (TcpState state : states) {
            mask |= state.bit();
        }
        return new DumpFilter(mask, 0, 65535, 0);
    }

    /** The same, but only with a local port from {@code lowest} to {@code highest}, both inclusive. */
    public DumpFilter sourcePorts(int lowest, int highest) {
        return new DumpFilter(statesMask, lowest, highest, destinationPort);
    }

    /** The same, but only towards this remote port. */
    public DumpFilter towards(int port) {
        return new DumpFilter(statesMask, lowestPort, highestPort, port);
    }
}
