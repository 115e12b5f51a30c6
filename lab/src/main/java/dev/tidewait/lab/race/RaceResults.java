package dev.tidewait.lab.race;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All rounds so far. Used by one thread. */
final class RaceResults {
    private final List<Round> rounds = new ArrayList<>();

    void add(Round round) {
        rounds.add(round);
    }

    /** Those of a cell, in the order in which they were measured. */
    List<Round> rounds(RaceCell cell) {
        return rounds.stream().filter(round -> round.cell().equals(cell)).toList();
    }

    /** A figure over all rounds of a cell; empty if it was not measured. */
    Optional<Spread> spread(RaceCell cell, Figure figure) {
        List<Double> values = rounds(cell).stream()
                .flatMap(round -> round.figure(figure).stream())
                .toList();
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }

    Optional<Double> median(Work work, Contestant contestant, Figure figure) {
        return spread(new RaceCell(work, contestant), figure).map(Spread::median);
    }

    /** In all rounds of a cell. */
    long failed(RaceCell cell) {
        return rounds(cell).stream().mapToLong(Round::failed).sum();
    }

    /** In all rounds of a cell. */
    long done(RaceCell cell) {
        return rounds(cell).stream().mapToLong(Round::done).sum();
    }

    /** Cells that have rounds, in the order of {@link RaceCell#all}. */
    List<RaceCell> cells() {
        return RaceCell.all().stream().filter(cell -> !rounds(cell).isEmpty()).toList();
    }
}
