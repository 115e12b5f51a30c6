package dev.tidewait.app.admin;

import dev.tidewait.app.floor.MeasuredFloor;
import dev.tidewait.ports.PoolSnapshot;
import dev.tidewait.ports.PortSet;
import java.util.List;

/** What the pages may see of the ledgers. Any thread. */
public interface PortsView {
    /** Every destination's state now, in no order. */
    List<PoolSnapshot> pools();

    /** The ports that may be leased. */
    PortSet usable();

    /** Every place of the configuration with {@code floor: measured}, and what applies there. */
    default List<MeasuredFloor> measuredFloors() {
        return List.of();
    }

    /** TIME_WAIT sockets destroyed since the start. */
    long destroyedCount();
}
