package dev.tidewait.app.admin;

import dev.tidewait.ports.PoolSnapshot;
import java.util.Comparator;
import java.util.List;

/** Which destinations deserve a look first. No state. */
final class Danger {
    /** Who has people waiting, then who runs dry soonest, then who has least headroom; by name where all is equal. */
    private static final Comparator<PoolSnapshot> WORST_FIRST = Comparator.comparingInt(PoolSnapshot::waiting)
            .reversed()
            .thenComparingDouble(Danger::secondsLeft)
            .thenComparingDouble(Danger::headroomShare)
            .thenComparing(pool -> pool.destination().toString());

    private Danger() {}

    static List<PoolSnapshot> sorted(List<PoolSnapshot> pools) {
        return pools.stream().sorted(WORST_FIRST).toList();
    }

    /** Time to exhaustion in seconds; infinite if it is not in sight. */
    static double secondsLeft(PoolSnapshot pool) {
        double seconds = pool.timeToExhaustionSeconds();
        return seconds < 0 ? Double.POSITIVE_INFINITY : seconds;
    }

    private static double headroomShare(PoolSnapshot pool) {
        return pool.usable() == 0 ? 0 : (double) pool.headroom() / pool.usable();
    }
}
