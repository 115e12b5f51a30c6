package dev.tidewait.doctor.census;

import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;
import dev.tidewait.ports.PortSet;
import java.util.List;

/** What one Tidewait program says of its ports. Immutable. */
public sealed interface TidewaitAccount {
    /** The ports that it chooses from. */
    PortSet ports();

    /** A program that leases the ports itself ({@code tidewait proxy}). */
    record OfLedgers(PortSet ports, List<LedgerRow> rows) implements TidewaitAccount {
        public OfLedgers {
            rows = List.copyOf(rows);
        }
    }

    /** A hook ({@code tidewait run}, {@code attach}): it keeps no count of live and resting ports, the kernel's sockets are its record. */
    record OfHook(PortSet ports, List<Served> served) implements TidewaitAccount {
        public OfHook {
            served = List.copyOf(served);
        }
    }

    /** Connections from here to there got ports of the hook. */
    record Served(IpAddress source, Destination destination) {}
}
