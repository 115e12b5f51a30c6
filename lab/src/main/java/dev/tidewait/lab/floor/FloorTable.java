package dev.tidewait.lab.floor;

import dev.tidewait.evidence.risk.PoissonBounds;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Outcomes for people. No state. */
final class FloorTable {
    private static final int PORTS = 28_232; // Linux's automatic ones

    private FloorTable() {}

    /** One line, as it comes. */
    static String line(FloorOutcome outcome) {
        return String.format(
                Locale.ROOT,
                "%-36s %,7d met, %,9.1f predicted; %,5d ends harmed",
                outcome.cell().name(),
                outcome.met(),
                outcome.predictedMet(),
                outcome.harmed());
    }

    static void print(List<FloorOutcome> outcomes, PrintWriter out) {
        out.printf(
                "%-16s %-11s %7s %8s %9s %8s %17s %7s %9s %7s %9s %6s %10s%n",
                "tail",
                "setting",
                "floor s",
                "age s",
                "per s of",
                "met",
                "predicted",
                "taken",
                "predicted",
                "harmed",
                "wrong",
                "RSTs",
                "harm by");
        out.printf(
                "%-16s %-11s %7s %8s %9s %8s %17s %7s %9s %7s %9s %6s %10s%n",
                "", "", "", "", "28,232", "", "(95 %)", "", "", "ends", "bytes", "", "one copy");
        for (FloorOutcome outcome : outcomes) {
            FloorCell cell = outcome.cell();
            PoissonBounds bounds = PoissonBounds.of(outcome.predictedMet());
            boolean unrelated = cell.setting() == Setting.UNRELATED;
            out.printf(
                    Locale.ROOT,
                    "%-16s %-11s %7s %8.3f %,9.0f %,8d %17s %7s %9s %,7d %,9d %,6d %10s%n",
                    cell.tail().name(),
                    cell.setting(),
                    cell.floorSeconds(),
                    outcome.ageSeconds(),
                    outcome.perSecondOf(PORTS),
                    outcome.met(),
                    cell.setting().isPredicted()
                            ? String.format(Locale.ROOT, "%,d to %,d", bounds.low(), bounds.high())
                            : "-",
                    unrelated ? Long.toString(outcome.taken()) : "-",
                    unrelated ? String.format(Locale.ROOT, "%.1f", outcome.predictedTaken()) : "-",
                    outcome.harmed(),
                    outcome.wrongBytes(),
                    outcome.resets(),
                    outcome.harmed() == 0 ? "0" : String.format(Locale.ROOT, "%.1e", outcome.harmedByOneCopy()));
        }
    }
}
