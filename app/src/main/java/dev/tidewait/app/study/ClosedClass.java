package dev.tidewait.app.study;

import dev.tidewait.evidence.live.LiveEnding;
import dev.tidewait.evidence.live.RoundTripClass;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * Connections with both FINs that the same end closed first, equally far away. Many of one kind must not thin out what is late of another. Immutable; in
 * order, those of which this host was first and the nearest come first.
 *
 * @param ending one that {@link LiveEnding#isWhole}
 */
public record ClosedClass(LiveEnding ending, RoundTripClass roundTrip) implements Comparable<ClosedClass> {
    private static final Comparator<ClosedClass> ORDER =
            Comparator.comparing(ClosedClass::ending).thenComparing(ClosedClass::roundTrip);

    /** All there are. */
    static List<ClosedClass> all() {
        return Arrays.stream(LiveEnding.values())
                .filter(LiveEnding::isWhole)
                .flatMap(ending -> Arrays.stream(RoundTripClass.values()).map(one -> new ClosedClass(ending, one)))
                .toList();
    }

    /** {@code round trip under 10 ms, closed first by this host}. */
    String text() {
        String distance = switch (roundTrip) {
            case LONGER -> "above 200 ms";
            case UNKNOWN -> "not known";
            default -> roundTrip.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        };
        return "round trip " + distance + ", closed first by "
                + (ending == LiveEnding.WE_FIRST ? "this host" : "the peer");
    }

    /** {@code we_first_under_10_ms}. */
    String key() {
        return (ending.name() + "_" + roundTrip.name()).toLowerCase(Locale.ROOT);
    }

    OptionalInt longestMillis() {
        return switch (roundTrip) {
            case UNDER_1_MS -> OptionalInt.of(1);
            case UNDER_10_MS -> OptionalInt.of(10);
            case UNDER_50_MS -> OptionalInt.of(50);
            case UNDER_200_MS -> OptionalInt.of(200);
            case LONGER, UNKNOWN -> OptionalInt.empty();
        };
    }

    @Override
    public int compareTo(ClosedClass other) {
        return ORDER.compare(this, other);
    }
}
