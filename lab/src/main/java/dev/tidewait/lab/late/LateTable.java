package dev.tidewait.lab.late;

import dev.tidewait.lab.LinkReport;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Outcomes as text for people. No state. */
public final class LateTable {
    private LateTable() {}

    /** One line for one cell, as it comes. */
    public static String line(Outcome outcome) {
        return String.format(
                Locale.ROOT,
                "%-70s %,7d copies (%s) into %,5d, aged %s to %s; %,d challenged, %,d refused by timestamp%s%s%s%s%s%s%s%s  (%.1f s)",
                outcome.cell().name(),
                outcome.copies(),
                kinds(outcome),
                outcome.incarnations(),
                age(outcome.youngestMicros()),
                age(outcome.oldestMicros()),
                outcome.challengeAcks(),
                outcome.refusedByTimestamp(),
                outcome.run().map(LateTable::run).orElse(""),
                unlessNone(", %,d SYNs repeated", outcome.synsRepeated()),
                unlessNone(", %,d times no port", outcome.noPort()),
                unlessNone(", %,d tried twice", outcome.unused()),
                unlessNone(", %,d unfinished", outcome.unfinished()),
                unlessNone(", %,d CUT OFF", outcome.cutOff()),
                unlessNone(", %,d RESETS", outcome.resets()),
                unlessNone(", %,d WRONG BYTES", outcome.wrongBytes()),
                outcome.millis() / 1e3);
    }

    /** What each method had to bear, with timestamps, without, and with another numbering. */
    public static void print(List<Outcome> outcomes, PrintWriter out) {
        out.printf(
                "%-16s %-22s %5s %11s %11s %10s %10s %9s %9s %7s %7s %11s%n",
                "ports by",
                "circumstances",
                "cells",
                "late copies",
                "connections",
                "challenged",
                "timestamp",
                "SYN again",
                "no port",
                "cut off",
                "resets",
                "wrong bytes");
        for (Method method : Method.values()) {
            for (Circumstance circumstance : Circumstance.values()) {
                List<Outcome> part = outcomes.stream()
                        .filter(outcome ->
                                outcome.cell().method() == method && Circumstance.of(outcome.cell()) == circumstance)
                        .toList();
                if (!part.isEmpty()) {
                    print(method, circumstance, Sum.of(part), out);
                }
            }
        }
    }

    private static void print(Method method, Circumstance circumstance, Sum sum, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%-16s %-22s %,5d %,11d %,11d %,10d %,10d %,9d %,9d %,7d %,7d %,11d%n",
                method,
                circumstance.text,
                sum.cells(),
                sum.copies(),
                sum.incarnations(),
                sum.challengeAcks(),
                sum.refusedByTimestamp(),
                sum.synsRepeated(),
                sum.noPort(),
                sum.cutOff(),
                sum.resets(),
                sum.wrongBytes());
    }

    private enum Circumstance {
        TIMESTAMPS("timestamps"),
        WITHOUT("no timestamps"),
        WITHOUT_WRAPPED("no timestamps, wrapped");

        private final String text;

        Circumstance(String text) {
            this.text = text;
        }

        static Circumstance of(Cell cell) {
            return cell.hasTimestamps() ? TIMESTAMPS : cell.ranges() == Ranges.WRAPPED ? WITHOUT_WRAPPED : WITHOUT;
        }
    }

    private static String kinds(Outcome outcome) {
        return IntStream.range(0, LinkReport.KIND_NAMES.size())
                .mapToObj(kind ->
                        LinkReport.KIND_NAMES.get(kind) + ' ' + outcome.byKind().get(kind))
                .collect(Collectors.joining(", "));
    }

    private static String run(RunCount run) {
        return String.format(
                Locale.ROOT,
                ", %,d by the hook (%,d again, from %s on)%s%s",
                run.chosen(),
                run.reused(),
                age(TimeUnit.MILLISECONDS.toMicros(run.youngestMillis())),
                unlessNone(", %,d left alone", run.leftAlone()),
                unlessNone(", %,d BY THE KERNEL", run.kernelChose()));
    }

    private static String age(long micros) {
        return micros >= 1_000_000
                ? String.format(Locale.ROOT, "%.1f s", micros / 1e6)
                : String.format(Locale.ROOT, "%.1f ms", micros / 1e3);
    }

    private static String unlessNone(String text, long count) {
        return count == 0 ? "" : String.format(Locale.ROOT, text, count);
    }
}
