package dev.tidewait.lab.race;

import dev.tidewait.lab.OutcomeFile;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Runs cells in turns: of each kind of work the first round of everybody, then the second, so that whatever else the machine does is in all of
 * them. Used by one thread.
 */
final class RaceSeries {
    private final RacePlan plan;
    private final OutcomeFile<Round> file;
    private final BiConsumer<Round, String> onRound;

    /**
     * Nothing starts yet.
     *
     * @param file what is known, and where each round is kept as soon as it is measured
     * @param onRound told of each that is measured, and how far the race is then
     */
    RaceSeries(RacePlan plan, OutcomeFile<Round> file, BiConsumer<Round, String> onRound) {
        this.plan = plan;
        this.file = file;
        this.onRound = onRound;
    }

    /** Measures all that are not known yet; what the file knows of other cells is in the results too. */
    RaceResults run(List<RaceCell> cells) {
        RaceResults results = new RaceResults();
        RaceProgress progress = new RaceProgress(cells, plan);
        file.known().forEach(round -> {
            results.add(round);
            progress.add(round);
        });
        for (Work work : Work.values()) {
            List<RaceCell> side =
                    cells.stream().filter(cell -> cell.work() == work).toList();
            for (int number = 1; number <= plan.rounds(work); number++) {
                for (RaceCell cell : side) {
                    if (!isKnown(results, cell, number)) {
                        Round round = new RoundRun(cell, plan, results).run(number);
                        file.add(round);
                        results.add(round);
                        progress.add(round);
                        onRound.accept(round, progress.line());
                    }
                }
            }
        }
        return results;
    }

    private static boolean isKnown(RaceResults results, RaceCell cell, int number) {
        return results.rounds(cell).stream().anyMatch(round -> round.number() == number);
    }
}
