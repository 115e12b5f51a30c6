package dev.tidewait.lab.race;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/** How far a race is, and how long the rest of it will take: as long as like rounds have taken. Used by one thread. */
final class RaceProgress {
    /** Building the bed, starting and ending programs. */
    private static final long AROUND_MILLIS = 3_000;

    private final RacePlan plan;
    private final List<RaceCell> left = new ArrayList<>();
    private final List<Round> known = new ArrayList<>();
    private final int roundCount;

    /** Nothing is done yet; what is known already must be added. */
    RaceProgress(List<RaceCell> cells, RacePlan plan) {
        this.plan = plan;
        for (RaceCell cell : cells) {
            for (int i = 0; i < plan.rounds(cell.work()); i++) {
                left.add(cell);
            }
        }
        this.roundCount = left.size();
    }

    /** One more is done. */
    void add(Round round) {
        known.add(round);
        left.remove(round.cell());
    }

    /** For people, such as "12 of 60 rounds, 11 min left". */
    String line() {
        long seconds = Math.ceilDiv(leftMillis(), 1_000L);
        return String.format(
                Locale.ROOT,
                "%d of %d rounds, %s left",
                roundCount - left.size(),
                roundCount,
                seconds < 100 ? seconds + " s" : Math.ceilDiv(seconds, 60L) + " min");
    }

    /** How long the rest will take, in milliseconds. */
    long leftMillis() {
        return left.stream().mapToLong(this::likelyMillis).sum();
    }

    private long likelyMillis(RaceCell cell) {
        OptionalDouble sameCell = mean(round -> round.cell().equals(cell));
        OptionalDouble like =
                sameCell.isPresent() ? sameCell : mean(round -> round.cell().work() == cell.work());
        double guess = AROUND_MILLIS
                + plan.warmUp().toMillis()
                + (double) plan.time(cell.work()).toMillis();
        return Math.round(like.orElse(guess));
    }

    private OptionalDouble mean(Predicate<Round> condition) {
        return known.stream().filter(condition).mapToLong(Round::millis).average();
    }
}
