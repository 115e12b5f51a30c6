package dev.tidewait.lab;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a mix of short and long floors came out, from the observer's records one by one (its histogram is too coarse for a border).
 * Immutable.
 *
 * @param brief the short floor
 * @param lengthy the long one
 * @param lateFrom from this age on a reuse below the long floor is a late one: a third of the way
 * @param prompt reuses below {@code lateFrom}
 * @param late reuses from there on, but below the long floor
 * @param old reuses from the long floor on
 */
record TwoFloors(Duration brief, Duration lengthy, Duration lateFrom, long prompt, long late, long old) {
    /** Empty if the plan has one floor only, or more than two. */
    static Optional<TwoFloors> of(SustainPlan plan, Observer observer) {
        List<Duration> floors = plan.floorsInUse();
        if (floors.size() != 2) {
            return Optional.empty();
        }
        Duration brief = floors.getFirst();
        Duration lengthy = floors.getLast();
        Duration lateFrom = brief.plus(lengthy.minus(brief).dividedBy(3));
        long[] counts = new long[3];
        observer.forEachReuse((group, port, synNanos, ageNanos, ended) -> {
            int kind = ageNanos < lateFrom.toNanos() ? 0 : ageNanos < lengthy.toNanos() ? 1 : 2;
            counts[kind]++;
        });
        return Optional.of(new TwoFloors(brief, lengthy, lateFrom, counts[0], counts[1], counts[2]));
    }

    /** Reuses that a connection of the long floor must not precede. */
    long belowLong() {
        return prompt + late;
    }

    double lateShare() {
        return belowLong() == 0 ? 0 : (double) late / belowLong();
    }
}
