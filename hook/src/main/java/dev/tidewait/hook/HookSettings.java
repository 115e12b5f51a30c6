package dev.tidewait.hook;

import dev.tidewait.ports.Floors;
import dev.tidewait.ports.IpAddress;
import dev.tidewait.ports.PortSet;
import java.util.List;

/**
 * What the hook is to do. Immutable.
 *
 * @param ports source ports to use: disjoint from the kernel's automatic range, at least one
 * @param floors ages below which a four-tuple is never used again
 * @param sources addresses to connect from; empty = per destination the one that the kernel's routing chose
 * @param destinations where to; empty = everywhere but loopback
 * @param strict whether a connect() for which no four-tuple is fit fails with EADDRNOTAVAIL instead of going the kernel's way
 * @param mayDestroy whether TIME_WAIT sockets without timestamps may be destroyed once past their floor
 */
public record HookSettings(
        PortSet ports,
        Floors floors,
        List<IpAddress> sources,
        List<DestinationMatch> destinations,
        boolean strict,
        boolean mayDestroy) {
    /** Bound of {@link #sources()}. */
    public static final int MOST_SOURCES = 4_096;

    /** Bound of {@link #destinations()}: every connect() compares with them one after the other. */
    public static final int MOST_DESTINATIONS = 64;

    public HookSettings {
        sources = List.copyOf(sources);
        destinations = List.copyOf(destinations);
        if (ports.isEmpty()) {
            throw new IllegalArgumentException("the hook needs at least one source port");
        }
        if (sources.size() > MOST_SOURCES) {
            throw new IllegalArgumentException(
                    "the hook takes at most " + MOST_SOURCES + " sources, not " + sources.size());
        }
        if (destinations.size() > MOST_DESTINATIONS) {
            throw new IllegalArgumentException(
                    "the hook takes at most " + MOST_DESTINATIONS + " destinations, not " + destinations.size());
        }
    }
}
