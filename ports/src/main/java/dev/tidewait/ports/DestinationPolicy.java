package dev.tidewait.ports;

import java.util.List;

/**
 * How connections to one destination are made. Immutable.
 *
 * @param floors the rule's settings
 * @param sources where from; all of the destination's family
 */
public record DestinationPolicy(Floors floors, List<Source> sources) {
    public DestinationPolicy {
        sources = List.copyOf(sources);
    }

    /** Finds the policy of a destination; asked once for each new ledger, by the thread that leases. */
    @FunctionalInterface
    public interface Lookup {
        DestinationPolicy of(Destination destination);
    }
}
