package dev.tidewait.lab.race;

import java.util.Map;
import java.util.Optional;

/**
 * What came of one round of a cell. Immutable.
 *
 * @param number from 1
 * @param done transactions that ended as they should
 * @param failed all others, those that could not be started included
 * @param causes of failures, as text
 * @param figures those that this kind of work has
 * @param millis how long it took, building and warming up included
 */
record Round(
        RaceCell cell, int number, long done, long failed, String causes, Map<Figure, Double> figures, long millis) {
    Round {
        figures = Map.copyOf(figures);
    }

    /** Empty where this kind of work has none of the kind. */
    Optional<Double> figure(Figure figure) {
        return Optional.ofNullable(figures.get(figure));
    }
}
