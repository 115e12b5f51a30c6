package dev.tidewait.lab.late;

import dev.tidewait.lab.JsonObject;
import java.util.List;

/**
 * What {@code tidewait run} counted of a cell's connects. Immutable.
 *
 * @param chosen got a port by Tidewait's rule
 * @param reused of them, on a port that an earlier one of them had had
 * @param kernelChose got the kernel's port, as none had rested long enough
 * @param leftAlone got the kernel's port, as they were none of Tidewait's business; a destination's first one is
 * @param refused had to try again, as no port had rested long enough
 * @param youngestMillis age of the youngest port at reuse; 0 if none was reused
 */
public record RunCount(long chosen, long reused, long kernelChose, long leftAlone, long refused, long youngestMillis) {
    /** Left alone, since the kernel's choice of a source shows in it. */
    static final long FIRST = 1;

    /** Reads what {@code tidewait run --json} reports at its end. */
    static RunCount of(JsonObject report) {
        JsonObject leftAlone = report.object("leftAlone");
        List<JsonObject> ages = report.objects("destinations").stream()
                .map(row -> row.object("ageAtReuse"))
                .toList();
        return new RunCount(
                report.number("connects"),
                ages.stream().mapToLong(age -> age.number("count")).sum(),
                report.number("kernelChose"),
                leftAlone.names().stream().mapToLong(leftAlone::number).sum(),
                report.number("refused"),
                ages.stream()
                        .filter(age -> age.has("minMillis"))
                        .mapToLong(age -> age.number("minMillis"))
                        .min()
                        .orElse(0));
    }

    /** Of the connects that were made, all but the first, how many got a port by Tidewait's rule: 0 to 1. */
    double chosenShare() {
        long others = kernelChose + Math.max(0, leftAlone - FIRST);
        return chosen == 0 ? 0 : chosen / (double) (chosen + others);
    }
}
