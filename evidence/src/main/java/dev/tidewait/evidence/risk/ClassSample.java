package dev.tidewait.evidence.risk;

import dev.tidewait.evidence.late.AgeBuckets;
import dev.tidewait.evidence.late.AgeCounts;
import java.util.OptionalInt;

/**
 * Connections to one destination class that closed with both FINs, by how long their four-tuples were watched and when the latest FIN or data came.
 * Immutable, any thread.
 *
 * @param name of the class, for people
 * @param longestRoundTripMillis of the class; empty where it has no bound, or that is not known
 * @param latest connections with a late FIN or data, by the age of the latest one; segments instead, where connections are not known: they are no fewer
 * @param watched connections by how long they were watched, or fewer and shorter ones
 * @param complete whether no late segment is known to be missing
 * @param rejected FINs and data that met the next connection of their four-tuple, by age; of the whole sample, where it is not known of the class
 */
public record ClassSample(
        String name,
        OptionalInt longestRoundTripMillis,
        AgeCounts latest,
        AgeCounts watched,
        boolean complete,
        AgeCounts rejected) {

    /**
     * How long the connections of a part of a sample were watched at least, where that is known of the whole only: as if all that were watched briefly
     * were of this part.
     *
     * @param latest of the part
     * @param connections of the part, of all in the sample
     * @param watchedOfAll of the whole sample
     */
    public static AgeCounts watchedAtLeast(AgeCounts latest, long connections, AgeCounts watchedOfAll) {
        int[] bounds = AgeBuckets.upperMillis();
        long all = watchedOfAll.total();
        long[] counts = new long[AgeBuckets.count()];
        long longer = Math.min(connections, all);
        for (int i = 0; i < bounds.length; i++) {
            long brief = all - watchedOfAll.laterThan(bounds[i]);
            // Who had a later segment was watched longer.
            long stillLonger = Math.clamp(connections - brief, Math.min(longer, latest.laterThan(bounds[i])), longer);
            counts[i] = longer - stillLonger;
            longer = stillLonger;
        }
        counts[bounds.length] = longer;
        return AgeCounts.of(counts);
    }

    /**
     * Connections with a FIN or data later than an age, of those that were watched longer than another one. Whoever had one counts, however long it was
     * watched: never too few.
     *
     * @param ageMillis a bound of {@link AgeBuckets}
     * @param watchedMillis another one, no less
     */
    Tested laterThan(int ageMillis, int watchedMillis) {
        long later = latest.laterThan(ageMillis);
        return new Tested(ageMillis, later, Math.max(later, watched.laterThan(watchedMillis)));
    }

    /** Whether the next connection was met by something this old. */
    boolean isRejectedFrom(long ageMillis) {
        int below = 0;
        for (int bound : AgeBuckets.upperMillis()) {
            below = bound <= ageMillis ? bound : below;
        }
        return below == 0 ? rejected.total() > 0 : rejected.laterThan(below) > 0;
    }
}
