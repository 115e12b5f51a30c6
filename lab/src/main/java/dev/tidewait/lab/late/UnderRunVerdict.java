package dev.tidewait.lab.late;

import dev.tidewait.lab.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Whether cells of a program under {@code tidewait run} say anything about the rule. Where the kernel chose the ports, or somebody else used them
 * before, the absence of harm would be somebody else's. No state.
 */
final class UnderRunVerdict {
    private static final long FLOOR_WITH_TIMESTAMPS_MILLIS = 1_000;
    /** The shortest without. */
    private static final long FLOOR_WITHOUT_MILLIS = 5_000;

    private UnderRunVerdict() {}

    /** @param underRun outcomes of {@link Method#RUN}, guaranteed or not */
    static Verdict of(List<Outcome> underRun) {
        List<String> failed = underRun.stream()
                .filter(outcome -> outcome.run().stream().noneMatch(run -> holds(outcome, run)))
                .map(outcome -> outcome.cell().name())
                .toList();
        List<RunCount> counts =
                underRun.stream().flatMap(outcome -> outcome.run().stream()).toList();
        return Verdict.of(
                failed.isEmpty(),
                "under tidewait run each port but a cell's first one is the rule's choice, and none is younger than the lowest floor (1 s, without"
                        + " timestamps 5 s)",
                "the least share: %.2f %%; in all %,d, of which %,d used before; %,d by the kernel, %,d left alone; the youngest %s with"
                        + " timestamps, %s without; failed: %s",
                100 * counts.stream().mapToDouble(RunCount::chosenShare).min().orElse(0),
                counts.stream().mapToLong(RunCount::chosen).sum(),
                counts.stream().mapToLong(RunCount::reused).sum(),
                counts.stream().mapToLong(RunCount::kernelChose).sum(),
                counts.stream().mapToLong(RunCount::leftAlone).sum(),
                youngest(underRun.stream().filter(outcome -> outcome.cell().hasTimestamps())),
                youngest(underRun.stream().filter(outcome -> !outcome.cell().hasTimestamps())),
                failed);
    }

    private static boolean holds(Outcome outcome, RunCount run) {
        long floorMillis = outcome.cell().hasTimestamps() ? FLOOR_WITH_TIMESTAMPS_MILLIS : FLOOR_WITHOUT_MILLIS;
        return run.chosen() > 0
                && run.kernelChose() == 0
                && run.leftAlone() <= RunCount.FIRST
                && run.reused() >= outcome.incarnations()
                && run.youngestMillis() >= floorMillis;
    }

    private static String youngest(Stream<Outcome> outcomes) {
        OptionalLong millis = outcomes.flatMap(outcome -> outcome.run().stream())
                .mapToLong(RunCount::youngestMillis)
                .min();
        return millis.isEmpty() ? "none" : String.format(Locale.ROOT, "%.3f s", millis.getAsLong() / 1e3);
    }
}
