package dev.tidewait.linux;

/**
 * Consecutive ports. Immutable, any thread.
 *
 * @param lowest first port, 0 to 65535
 * @param highest last port, inclusive
 */
public record PortRange(int lowest, int highest) {
    public PortRange {
        if (lowest < 0 || highest > 65535 || lowest > highest) {
            throw new IllegalArgumentException("ports " + lowest + " to " + highest + " are not a range");
        }
    }

    /** Number of ports. */
    public int portCount() {
        return highest - lowest + 1;
    }

    /** True if the port is one of them. */
    public boolean contains(int port) {
        return port >= lowest && port <= highest;
    }

    @Override
    public String toString() {
        return lowest == highest ? Integer.toString(lowest) : lowest + "-" + highest;
    }
}
