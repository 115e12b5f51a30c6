package dev.tidewait.netty;

import dev.tidewait.ports.Destination;
import dev.tidewait.ports.Floors;
import dev.tidewait.ports.IpAddress;
import dev.tidewait.ports.PortSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which ports and sources to use, and by which floors. Immutable.
 *
 * @param ports the ports to lease; empty = automatic: 1024 to 65535 less the kernel's own range, reserved and listening ports
 * @param sources addresses to connect from; empty = the one that routing chooses for each destination
 * @param floors the rule's settings
 * @param destinations exceptions, the first that matches counts
 * @param dedicatedHost whether ports of ip_local_port_range may be used although that stops other programs' connects
 * @param mostDestinations how many destinations may have a ledger at once
 * @param mostWaiting how many may stand in line for one destination
 */
public record PortSettings(
        Optional<PortSet> ports,
        List<IpAddress> sources,
        Floors floors,
        List<ForDestination> destinations,
        boolean dedicatedHost,
        int mostDestinations,
        int mostWaiting) {
    /** Everything automatic. */
    public static final PortSettings DEFAULT =
            new PortSettings(Optional.empty(), List.of(), Floors.DEFAULT, List.of(), false, 100_000, 16_384);

    /**
     * What is different for some destinations. Immutable.
     *
     * @param matches which ones
     * @param floors their floors
     * @param sources their sources; empty = as for all others
     */
    public record ForDestination(Predicate<Destination> matches, Floors floors, List<IpAddress> sources) {
        public ForDestination {
            sources = List.copyOf(sources);
        }
    }

    public PortSettings {
        sources = List.copyOf(sources);
        destinations = List.copyOf(destinations);
    }

    /** The shortest floor of any destination, in milliseconds. */
    long leastFloorMillis() {
        long least = floors.timestampsMillis();
        for (ForDestination exception : destinations) {
            least = Math.min(least, exception.floors().timestampsMillis());
        }
        return least;
    }
}
