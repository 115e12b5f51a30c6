package dev.tidewait.app.study;

import dev.tidewait.evidence.late.AgeCounts;

/**
 * Connections of one {@link ClosedClass}. Immutable; they add up.
 *
 * @param latest of them, those with a late FIN or data, by the age of the latest one
 * @param watchedAtLeast all of them, by how long they were watched at least
 */
public record RoundTripCounts(AgeCounts latest, AgeCounts watchedAtLeast) {
    RoundTripCounts plus(RoundTripCounts other) {
        return new RoundTripCounts(latest.plus(other.latest), watchedAtLeast.plus(other.watchedAtLeast));
    }
}
