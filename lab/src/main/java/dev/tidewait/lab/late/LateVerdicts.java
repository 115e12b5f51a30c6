package dev.tidewait.lab.late;

import dev.tidewait.lab.LinkReport;
import dev.tidewait.lab.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What {@code lab late} claims of a run. No state. */
public final class LateVerdicts {
    /** Late copies that must have reached live connections in each guaranteed cell, that the absence of harm says something. */
    public static final long ENOUGH_COPIES = 10_000;

    /** Connections that they must have reached in each. */
    public static final long ENOUGH_INCARNATIONS = 500;

    /** Copies of each kind of segment that must have reached live connections in each. */
    public static final long ENOUGH_OF_A_KIND = 100;

    private static final int ENOUGH_PREDICTIONS = 5;

    private LateVerdicts() {}

    /**
     * The claims for which there are cells among the outcomes.
     *
     * @param isWhole that all cells of a set were run, so that each claim must have its evidence
     */
    public static List<Verdict> of(List<Outcome> outcomes, boolean isWhole) {
        List<Outcome> guaranteed = outcomes.stream()
                .filter(outcome -> outcome.cell().isGuaranteed())
                .toList();
        List<Outcome> careless = outcomes.stream()
                .filter(outcome -> outcome.cell().method() == Method.AT_ONCE
                        && !outcome.cell().hasTimestamps()
                        && outcome.cell().ranges() != Ranges.WRAPPED)
                .toList();
        List<Outcome> underRun = outcomes.stream()
                .filter(outcome -> outcome.cell().method() == Method.RUN)
                .toList();
        List<Verdict> verdicts = new ArrayList<>();
        if (isWhole || !guaranteed.isEmpty()) {
            verdicts.add(noHarm(guaranteed));
        }
        if (isWhole) {
            verdicts.add(enough(guaranteed));
            verdicts.add(everyKind(guaranteed));
        }
        if (!underRun.isEmpty()) {
            verdicts.add(UnderRunVerdict.of(underRun));
        }
        if (isWhole || careless.stream().anyMatch(outcome -> isHarmfulByItself(outcome.cell()))) {
            verdicts.add(canFail(careless));
        }
        return verdicts;
    }

    /** Other endings and short ranges need luck, or harm in one way only. */
    private static boolean isHarmfulByItself(Cell cell) {
        return cell.ranges() == Ranges.OVERLAPPING && cell.closing() == Closing.CLIENT;
    }

    /** What the tests of the model say. */
    public static Verdict ofModel(List<Prediction> predictions) {
        List<Prediction> telling =
                predictions.stream().filter(Prediction::saysSomething).toList();
        List<String> outside = telling.stream()
                .filter(prediction -> !prediction.agrees())
                .map(Prediction::name)
                .toList();
        int agreeing = telling.size() - outside.size();
        return Verdict.of(
                agreeing >= ENOUGH_PREDICTIONS,
                String.format(
                        Locale.ROOT,
                        "the model's predictions hold within their 95 %% bounds in at least %d cells",
                        ENOUGH_PREDICTIONS),
                "%d of %d with at least %.0f predicted events; outside: %s",
                agreeing,
                telling.size(),
                Prediction.ENOUGH_PREDICTED,
                outside);
    }

    private static Verdict noHarm(List<Outcome> guaranteed) {
        Sum sum = Sum.of(guaranteed);
        List<String> harmed = guaranteed.stream()
                .filter(outcome -> !outcome.isHarmless())
                .map(outcome -> outcome.cell().name())
                .toList();
        return Verdict.of(
                harmed.isEmpty() && !guaranteed.isEmpty(),
                "with Tidewait's rule late segments harm no connection in any guaranteed cell",
                "%d cells, %,d late copies into %,d live connections: %,d wrong bytes, %,d resets, %,d cut off, %,d unfinished %s",
                guaranteed.size(),
                sum.copies(),
                sum.incarnations(),
                sum.wrongBytes(),
                sum.resets(),
                sum.cutOff(),
                sum.unfinished(),
                harmed);
    }

    private static Verdict enough(List<Outcome> guaranteed) {
        long fewestCopies = guaranteed.stream().mapToLong(Outcome::copies).min().orElse(0);
        long fewestIncarnations =
                guaranteed.stream().mapToLong(Outcome::incarnations).min().orElse(0);
        return Verdict.of(
                fewestCopies >= ENOUGH_COPIES && fewestIncarnations >= ENOUGH_INCARNATIONS,
                String.format(
                        Locale.ROOT,
                        "each guaranteed cell had %,d copies into %,d live connections",
                        ENOUGH_COPIES,
                        ENOUGH_INCARNATIONS),
                "the fewest: %,d into %,d",
                fewestCopies,
                fewestIncarnations);
    }

    private static Verdict everyKind(List<Outcome> guaranteed) {
        List<LongSummaryStatistics> kinds = IntStream.range(0, LinkReport.KINDS.length())
                .mapToObj(kind -> guaranteed.stream()
                        .mapToLong(outcome -> outcome.byKind().get(kind))
                        .summaryStatistics())
                .toList();
        return Verdict.of(
                !guaranteed.isEmpty() && kinds.stream().allMatch(kind -> kind.getMin() >= ENOUGH_OF_A_KIND),
                String.format(
                        Locale.ROOT,
                        "in each guaranteed cell came %,d copies of each kind of segment",
                        ENOUGH_OF_A_KIND),
                "the fewest in a cell, and in all: %s",
                IntStream.range(0, kinds.size())
                        .mapToObj(kind -> String.format(
                                Locale.ROOT,
                                "%s %,d, %,d",
                                LinkReport.KIND_NAMES.get(kind),
                                kinds.get(kind).getMin(),
                                kinds.get(kind).getSum()))
                        .collect(Collectors.joining("; ")));
    }

    private static Verdict canFail(List<Outcome> careless) {
        Sum sum = Sum.of(careless);
        return Verdict.of(
                sum.wrongBytes() > 0 && sum.resets() > 0,
                "the same link harms whoever uses a port at once without timestamps",
                "%d cells, %,d late copies into %,d live connections: %,d wrong bytes, %,d resets, %,d cut off",
                careless.size(),
                sum.copies(),
                sum.incarnations(),
                sum.wrongBytes(),
                sum.resets(),
                sum.cutOff());
    }
}
