package dev.tidewait.lab.floor;

import dev.tidewait.evidence.risk.MonteCarlo;
import dev.tidewait.lab.Verdict;
import java.util.ArrayList;
import java.util.List;

/**
 * One cell of the lab beside the model's dice. Both are counts, so both scatter. Immutable.
 *
 * @param outcome of the lab
 * @param dice the same ports, ages, lives and tail, drawn
 */
record DiceComparison(FloorOutcome outcome, MonteCarlo.Result dice) {
    private static final int PORTS = 5_000;
    private static final double COPIES_OF_EACH = 20;
    /** So many are offered that each port is used as soon as its floor has passed. */
    private static final double AT_ONCE = 1e9;
    /** Below this the dice say too little. */
    private static final long ENOUGH_MET = 400;

    private static final double BOUND_95 = 1.96;

    /** Of the cells in which segments are sent evenly, as the dice take them to be, and that the dice can tell something about. */
    static List<DiceComparison> of(List<FloorOutcome> outcomes, long seed) {
        List<DiceComparison> comparisons = new ArrayList<>();
        for (FloorOutcome outcome : outcomes) {
            if (!outcome.cell().setting().isGuaranteed() || outcome.predictedMet() < FloorVerdicts.ENOUGH_PREDICTED) {
                continue;
            }
            MonteCarlo dice = new MonteCarlo(
                    AT_ONCE,
                    PORTS,
                    outcome.ageSeconds(),
                    outcome.openSeconds(),
                    COPIES_OF_EACH,
                    outcome.cell().tail());
            MonteCarlo.Result result = dice.run(PORTS * outcome.cell().rounds(), seed);
            if (result.met() >= ENOUGH_MET) {
                comparisons.add(new DiceComparison(outcome, result));
            }
        }
        return comparisons;
    }

    /** What the lab must have counted by the dice. */
    private double expected() {
        return outcome.copies() * (double) dice.met() / (double) dice.copies();
    }

    private boolean agrees() {
        double expected = expected();
        double deviation = Math.sqrt(expected + expected * expected / (double) dice.met());
        return Math.abs((double) outcome.met() - expected) <= BOUND_95 * deviation;
    }

    static Verdict verdict(List<DiceComparison> comparisons) {
        List<String> outside = comparisons.stream()
                .filter(comparison -> !comparison.agrees())
                .map(comparison -> comparison.outcome.cell().name())
                .toList();
        int most = FloorVerdicts.mostOutside(comparisons.size());
        return Verdict.of(
                !comparisons.isEmpty() && outside.size() <= most,
                "the Monte Carlo of the same model agrees with the lab where both exist",
                "%d of %d cells within 95 %%; outside may be %d: %s",
                comparisons.size() - outside.size(),
                comparisons.size(),
                most,
                outside);
    }
}
