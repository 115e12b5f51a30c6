package dev.tidewait.doctor.host;

import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;

/**
 * Connections that leave with one translated source address for one destination: they share the ports of that address. Immutable, any thread.
 *
 * @param translated the source address that the destination sees
 * @param destination where the connections go
 * @param mappingCount ports that are taken
 * @param closedCount those of them whose connection is over
 */
public record NatWay(IpAddress translated, Destination destination, long mappingCount, long closedCount) {
    /** Ports of connections that are not over, as far as is known. */
    public long liveCount() {
        return mappingCount - closedCount;
    }
}
