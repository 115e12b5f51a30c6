package dev.tidewait.hook.reap;

import dev.tidewait.hook.DestinationMatch;
import dev.tidewait.ports.Floors;
import dev.tidewait.ports.PortSet;
import java.util.List;

/**
 * What the reaper is to do. Immutable.
 *
 * @param goal which sockets are to go
 * @param floorMillis age below which none goes, whatever the goal
 * @param ports local ports of outgoing connections; listening ones are left out by the reaper itself
 * @param sources local addresses; empty = all. The port of a match says nothing
 * @param destinations where to; empty = everywhere
 * @param ratePerSecond most removals in any second; 0 = no limit
 * @param dryRun whether everything is done but the removals
 */
public record ReapSettings(
        ReapGoal goal,
        long floorMillis,
        PortSet ports,
        List<DestinationMatch> sources,
        List<DestinationMatch> destinations,
        int ratePerSecond,
        boolean dryRun) {
    /** TIME_WAIT of an unchanged kernel (TCP_TIMEWAIT_LEN), ms. */
    public static final long KERNEL_MILLIS = 60_000;

    /**
     * The kernel does not tell whether a TIME_WAIT socket had timestamps, who closed first, or how much was sent. So nothing is known, and the
     * rule's row for that holds.
     */
    public static final long SAFE_FLOOR_MILLIS = Floors.DEFAULT.unknownMillis();

    public ReapSettings {
        sources = List.copyOf(sources);
        destinations = List.copyOf(destinations);
        if (floorMillis < 1 || floorMillis > KERNEL_MILLIS) {
            throw new IllegalArgumentException(
                    "the floor is 1 ms to 60 s (then the kernel ends TIME_WAIT itself), not " + floorMillis + " ms");
        }
        if (goal instanceof ReapGoal.TimeWait timeWait && timeWait.millis() < floorMillis) {
            throw new IllegalArgumentException(String.format(
                    "TIME_WAIT of %,d ms lies below the floor of %,d ms, and nothing may go before that. The floor without an option is 15 s"
                            + " because the kernel does not tell which sockets had timestamps; if all of these destinations use them, lower"
                            + " the floor too",
                    timeWait.millis(), floorMillis));
        }
        if (ports.isEmpty()) {
            throw new IllegalArgumentException("there is no outgoing port to look at");
        }
        if (ratePerSecond < 0) {
            throw new IllegalArgumentException("a rate of removals is at least 1 a second, not " + ratePerSecond);
        }
    }
}
