package dev.tidewait.hook.reap;

import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;

/**
 * The source and destination with most ports in use in the last pass. Immutable.
 *
 * @param used ports in use before the pass
 * @param usedAfter ports in use after it
 * @param perSecond new TIME_WAIT sockets a second, lately
 * @param portCount ports that could be used
 */
public record FullestPair(
        IpAddress source, Destination destination, int used, int usedAfter, double perSecond, int portCount) {
    /** Share of the ports in use before the pass. */
    public double share() {
        return portCount == 0 ? 0 : (double) used / portCount;
    }
}
