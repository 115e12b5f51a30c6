package dev.tidewait.lab.race;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Rounds and medians as text for people. No state. */
final class RaceTable {
    private static final String FORMAT = "%-28s %10s %19s %9s %15s %8s %8s %8s %8s %8s %8s  %s%n";
    private static final double MICROS_PER_MILLI = 1e3;

    private RaceTable() {}

    /** One round on one line, as it comes. */
    static String line(Round round, String left) {
        StringBuilder text = new StringBuilder(
                String.format(Locale.ROOT, "%-28s round %d", round.cell().name(), round.number()));
        round.figure(Figure.PER_SECOND).ifPresent(it -> text.append(String.format(Locale.ROOT, "  %,.0f/s", it)));
        round.figure(Figure.MACHINE_MICROS)
                .ifPresent(it -> text.append(String.format(Locale.ROOT, "  machine %s µs", few(it))));
        round.figure(Figure.P99_MICROS)
                .ifPresent(it -> text.append(String.format(Locale.ROOT, "  p99 %.2f ms", it / MICROS_PER_MILLI)));
        round.figure(Figure.START_MILLIS).ifPresent(it -> text.append(String.format(Locale.ROOT, "  %.0f ms", it)));
        round.figure(Figure.IDLE_MIB)
                .ifPresent(it -> text.append(String.format(
                        Locale.ROOT,
                        "  %.0f MiB idle, %.0f MiB",
                        it,
                        round.figure(Figure.RESIDENT_MIB).orElse(0.0))));
        if (round.failed() > 0) {
            text.append(String.format(Locale.ROOT, "  %,d failed %s", round.failed(), round.causes()));
        }
        return text.append("  (").append(left).append(')').toString();
    }

    /** Medians of all rounds, a line for each cell, under the title of its work. */
    static void print(RaceResults results, PrintWriter out) {
        Optional<Work> before = Optional.empty();
        for (RaceCell cell : results.cells()) {
            if (before.filter(cell.work()::equals).isEmpty()) {
                head(cell.work(), out);
            }
            before = Optional.of(cell.work());
            out.printf(
                    FORMAT,
                    cell.name(),
                    median(results, cell, Figure.PER_SECOND, RaceTable::whole),
                    results.spread(cell, Figure.PER_SECOND)
                            .map(spread -> whole(spread.least()) + " to " + whole(spread.most()))
                            .orElse("-"),
                    median(results, cell, Figure.MACHINE_MICROS, RaceTable::few),
                    median(results, cell, Figure.USER_MICROS, RaceTable::few) + " / "
                            + median(results, cell, Figure.SYSTEM_MICROS, RaceTable::few),
                    median(results, cell, Figure.SWITCHES, RaceTable::two),
                    median(results, cell, Figure.P50_MICROS, RaceTable::millis),
                    median(results, cell, Figure.P99_MICROS, RaceTable::millis),
                    median(results, cell, Figure.P999_MICROS, RaceTable::millis),
                    median(results, cell, Figure.RESIDENT_MIB, RaceTable::whole),
                    String.format(Locale.ROOT, "%,d", results.failed(cell)),
                    further(results, cell));
        }
        out.flush();
    }

    private static void head(Work work, PrintWriter out) {
        out.println();
        out.println(work.title());
        out.printf(
                FORMAT,
                "",
                "a second",
                "least to most",
                "mach. µs",
                "own user/sys µs",
                "switches",
                "p50 ms",
                "p99 ms",
                "p99.9 ms",
                "RSS MiB",
                "failed",
                "further");
    }

    private static String further(RaceResults results, RaceCell cell) {
        StringBuilder text = new StringBuilder();
        results.spread(cell, Figure.ASKED_PER_SECOND)
                .ifPresent(
                        it -> text.append("asked ").append(whole(it.median())).append("/s "));
        results.spread(cell, Figure.START_MILLIS)
                .ifPresent(it -> text.append(
                        String.format(Locale.ROOT, "%.0f ms (%.0f to %.0f) ", it.median(), it.least(), it.most())));
        results.spread(cell, Figure.IDLE_MIB)
                .ifPresent(it -> text.append(String.format(Locale.ROOT, "%.0f MiB before anybody came ", it.median())));
        return text.toString().strip();
    }

    private static String median(RaceResults results, RaceCell cell, Figure figure, Function<Double, String> writer) {
        return results.spread(cell, figure).map(Spread::median).map(writer).orElse("-");
    }

    private static String whole(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    /** A digit behind the point where there are few in front of it. */
    private static String few(double value) {
        return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%,.0f", value);
    }

    private static String two(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static String millis(double micros) {
        return two(micros / MICROS_PER_MILLI);
    }
}
