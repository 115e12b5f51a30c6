package dev.tidewait.lab.floor;

import dev.tidewait.evidence.risk.PoissonBounds;
import dev.tidewait.lab.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** What {@code lab floor} claims of a run. No state. */
final class FloorVerdicts {
    /** Below this the bounds are too wide to say anything. */
    static final double ENOUGH_PREDICTED = 20;

    /** From this floor on nothing may happen where timestamps or the clock of sequence numbers protect: a hundred ticks. */
    private static final long GUARANTEED_MILLIS = 100;

    private FloorVerdicts() {}

    /** The claims for which there are cells among the outcomes. */
    static List<Verdict> of(List<FloorOutcome> outcomes) {
        List<Verdict> verdicts = new ArrayList<>();
        List<FloorOutcome> telling = outcomes.stream()
                .filter(outcome -> outcome.cell().setting().isPredicted() && outcome.predictedMet() >= ENOUGH_PREDICTED)
                .toList();
        if (outcomes.stream().anyMatch(outcome -> outcome.cell().setting().isPredicted())) {
            verdicts.add(eachWithin(telling));
            verdicts.add(allWithin(telling));
        }
        if (outcomes.stream().anyMatch(outcome -> outcome.cell().setting() == Setting.UNRELATED)) {
            verdicts.add(takenWithin(outcomes));
        }
        List<FloorOutcome> guaranteed = select(
                outcomes, cell -> cell.setting().isGuaranteed() && cell.floor().toMillis() >= GUARANTEED_MILLIS);
        if (!guaranteed.isEmpty()) {
            verdicts.add(noHarm(guaranteed));
        }
        List<FloorOutcome> wrapped = select(outcomes, cell -> cell.setting() == Setting.WRAPPED);
        if (!wrapped.isEmpty()) {
            verdicts.add(canHarm(wrapped));
        }
        return verdicts;
    }

    private static List<FloorOutcome> select(List<FloorOutcome> outcomes, Predicate<FloorCell> which) {
        return outcomes.stream().filter(outcome -> which.test(outcome.cell())).toList();
    }

    private static Verdict eachWithin(List<FloorOutcome> telling) {
        List<String> outside = telling.stream()
                .filter(outcome -> !PoissonBounds.of(outcome.predictedMet()).contain(outcome.met()))
                .map(outcome -> String.format(
                        Locale.ROOT,
                        "%s: %,d met, %,.0f predicted",
                        outcome.cell().name(),
                        outcome.met(),
                        outcome.predictedMet()))
                .toList();
        return Verdict.of(
                !telling.isEmpty() && outside.size() <= mostOutside(telling.size()),
                "the model's predictions lie within the 95 % bounds of the lab's results",
                "%d of %d cells with at least %.0f predicted meetings; outside may be %d: %s",
                telling.size() - outside.size(),
                telling.size(),
                ENOUGH_PREDICTED,
                mostOutside(telling.size()),
                outside);
    }

    /** So many of so many are outside at most, in 99 runs of 100, if each is with probability 1 in 20. */
    static int mostOutside(int cells) {
        double term = Math.pow(0.95, cells);
        double sum = term;
        int outside = 0;
        while (sum < 0.99 && outside < cells) {
            term *= (double) (cells - outside) / (outside + 1) * 0.05 / 0.95;
            sum += term;
            outside++;
        }
        return outside;
    }

    private static Verdict allWithin(List<FloorOutcome> telling) {
        double predicted =
                telling.stream().mapToDouble(FloorOutcome::predictedMet).sum();
        long met = telling.stream().mapToLong(FloorOutcome::met).sum();
        PoissonBounds bounds = PoissonBounds.of(predicted);
        return Verdict.of(
                predicted > 0 && bounds.contain(met),
                "and so do all of them together",
                "%,.0f late copies predicted to meet a later connection (95 %%: %,d to %,d), %,d did",
                predicted,
                bounds.low(),
                bounds.high(),
                met);
    }

    private static Verdict takenWithin(List<FloorOutcome> outcomes) {
        List<FloorOutcome> unrelated = select(outcomes, cell -> cell.setting() == Setting.UNRELATED);
        double predicted =
                unrelated.stream().mapToDouble(FloorOutcome::predictedTaken).sum();
        long taken = unrelated.stream().mapToLong(FloorOutcome::taken).sum();
        PoissonBounds bounds = PoissonBounds.of(predicted);
        return Verdict.of(
                predicted >= ENOUGH_PREDICTED && bounds.contain(taken),
                "with unrelated numbers as many are taken for real as the window is wide",
                "%,d of %,d copies that met a later connection, %,.1f predicted (95 %%: %,d to %,d)",
                taken,
                unrelated.stream().mapToLong(FloorOutcome::met).sum(),
                predicted,
                bounds.low(),
                bounds.high());
    }

    private static Verdict noHarm(List<FloorOutcome> guaranteed) {
        List<String> harmed = guaranteed.stream()
                .filter(outcome -> outcome.harmed() > 0)
                .map(outcome -> outcome.cell().name())
                .toList();
        return Verdict.of(
                harmed.isEmpty()
                        && guaranteed.stream().mapToLong(FloorOutcome::met).sum() > 0,
                "with timestamps, or numbers by the clock, a floor of 0.1 s or more lets no late copy harm",
                "%d cells, %,d late copies into %,d connections; harmed: %s",
                guaranteed.size(),
                guaranteed.stream().mapToLong(FloorOutcome::met).sum(),
                guaranteed.stream().mapToLong(FloorOutcome::hit).sum(),
                harmed);
    }

    private static Verdict canHarm(List<FloorOutcome> wrapped) {
        long wrong = wrapped.stream().mapToLong(FloorOutcome::wrongBytes).sum();
        return Verdict.of(
                wrong > 0,
                "the same copies harm where nothing protects",
                "%d cells: %,d late copies met a connection, %,d ends harmed, %,d wrong bytes, %,d resets",
                wrapped.size(),
                wrapped.stream().mapToLong(FloorOutcome::met).sum(),
                wrapped.stream().mapToLong(FloorOutcome::harmed).sum(),
                wrong,
                wrapped.stream().mapToLong(FloorOutcome::resets).sum());
    }
}
