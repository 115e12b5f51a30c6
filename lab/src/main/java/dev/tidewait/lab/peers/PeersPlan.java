package dev.tidewait.lab.peers;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * What all cells have in common. Immutable.
 *
 * @param ports how many
 * @param seconds of each cell; empty = as each needs
 */
record PeersPlan(PortPlan ports, OptionalInt seconds) {
    static final PeersPlan STANDARD = new PeersPlan(PortPlan.STANDARD, OptionalInt.empty());

    Duration duration(Demand demand) {
        return Duration.ofSeconds(seconds.orElse(demand.usualSeconds()));
    }

    /** Names it: outcomes of another plan are not comparable. */
    @Override
    public String toString() {
        return ports.automatic() + "/" + ports.chosen() + "/" + ports.paced() + " ports, "
                + (seconds.isPresent() ? seconds.getAsInt() + " s each" : "usual seconds");
    }
}
