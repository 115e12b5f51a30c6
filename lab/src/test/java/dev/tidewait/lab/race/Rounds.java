package dev.tidewait.lab.race;

import java.util.Map;

/** Made-up rounds. */
final class Rounds {
    private Rounds() {}

    static Round of(String cell, int number, Map<Figure, Double> figures) {
        return new Round(RaceCell.named(cell), number, 1_000, 0, "{}", figures, 15_000);
    }

    static Round perSecond(String cell, int number, double perSecond) {
        return of(cell, number, Map.of(Figure.PER_SECOND, perSecond));
    }

    static Round failing(String cell, long failed) {
        return new Round(
                RaceCell.named(cell),
                1,
                1_000,
                failed,
                "{reset=" + failed + "}",
                Map.of(Figure.PER_SECOND, 100.0, Figure.ASKED_PER_SECOND, 100.0),
                15_000);
    }

    static RaceResults results(Round... rounds) {
        RaceResults results = new RaceResults();
        for (Round round : rounds) {
            results.add(round);
        }
        return results;
    }
}
