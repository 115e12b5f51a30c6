package dev.tidewait.app.study;

import dev.tidewait.evidence.late.AgeCounts;
import dev.tidewait.evidence.live.RoundTripClass;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * Connections with both FINs that were equally far away. Immutable; they add up.
 *
 * @param latest of them, those with a late FIN or data, by the age of the latest one
 * @param watchedAtLeast all of them, by how long they were watched at least
 */
public record RoundTripCounts(AgeCounts latest, AgeCounts watchedAtLeast) {
    RoundTripCounts plus(RoundTripCounts other) {
        return new RoundTripCounts(latest.plus(other.latest), watchedAtLeast.plus(other.watchedAtLeast));
    }

    /** {@code round trip under 10 ms}. */
    static String name(RoundTripClass roundTrip) {
        return switch (roundTrip) {
            case LONGER -> "round trip above 200 ms";
            case UNKNOWN -> "round trip not known";
            default -> "round trip " + roundTrip.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        };
    }

    static OptionalInt longestMillis(RoundTripClass roundTrip) {
        return switch (roundTrip) {
            case UNDER_1_MS -> OptionalInt.of(1);
            case UNDER_10_MS -> OptionalInt.of(10);
            case UNDER_50_MS -> OptionalInt.of(50);
            case UNDER_200_MS -> OptionalInt.of(200);
            case LONGER, UNKNOWN -> OptionalInt.empty();
        };
    }
}
