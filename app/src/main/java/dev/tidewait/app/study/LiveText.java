package dev.tidewait.app.study;

import dev.tidewait.evidence.late.AgeBuckets;
import dev.tidewait.evidence.late.LateHistogram;
import dev.tidewait.evidence.late.LateKind;
import dev.tidewait.evidence.live.LiveClass;
import dev.tidewait.evidence.live.LiveEnding;
import dev.tidewait.evidence.live.LiveSnapshot;
import dev.tidewait.evidence.live.PrefixRow;
import dev.tidewait.evidence.live.RoundTripClass;
import dev.tidewait.evidence.risk.FloorAdvice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** A live watch for people, as lines of plain text. Holds the prefixes of addresses. No state. */
public final class LiveText {
    private static final int MOST_PREFIXES = 10;
    private static final int TIME_WAIT_MILLIS = 60_000;

    private LiveText() {}

    public static List<String> lines(LiveReport report) {
        LiveSnapshot seen = report.seen();
        List<String> lines = new ArrayList<>(summary(seen));
        lines.add("");
        StudyText.table(lines, "After both FINs were acknowledged", seen.whole());
        if (seen.ended(LiveEnding.BROKEN::equals) > 0) {
            lines.add("");
            StudyText.table(lines, "After a RST, or given up", seen.broken());
        }
        lines.add("");
        lines.addAll(StudyText.sufficient(seen.whole(), report.isComplete()));
        byKind(lines, seen.late(ending -> ending != LiveEnding.BROKEN));
        byRoundTrip(lines, seen);
        byPrefix(lines, report.prefixes());
        lines.add("");
        lines.addAll(advice(report));
        lines.add("");
        lines.addAll(limits(seen));
        report.cost().ifPresent(cost -> lines.add(cost(cost)));
        return lines;
    }

    private static List<String> advice(LiveReport report) {
        List<FloorAdvice> advice = new ArrayList<>(report.study().advice());
        advice.addAll(report.prefixAdvice(MOST_PREFIXES));
        return AdviceText.lines(advice);
    }

    private static List<String> summary(LiveSnapshot seen) {
        List<String> lines = new ArrayList<>();
        long weFirst = seen.ended(LiveEnding.WE_FIRST::equals);
        long peerFirst = seen.ended(LiveEnding.PEER_FIRST::equals);
        lines.add(StudyText.line(
                "Watched",
                seen.device() + " for " + Words.duration(seen.nanos() / 1_000_000) + ": "
                        + Words.counted(seen.segments(), "segment") + " came in"));
        lines.add(StudyText.line(
                "Closed by FIN",
                Words.count(weFirst + peerFirst) + ": first this host " + Words.count(weFirst) + ", the other end "
                        + Words.count(peerFirst)));
        lines.add(
                StudyText.line("Broken", Words.count(seen.ended(LiveEnding.BROKEN::equals)) + ": by RST, or given up"));
        lines.add(StudyText.line("Reused", StudyText.reuses(seen.reusedWhole(), seen.reusedBroken())));
        lines.add(StudyText.line(
                "Rejected",
                Words.counted(seen.rejected().all().total(), "segment") + " of a former incarnation met the next one"
                        + StudyText.kinds(seen.rejected())));
        long before = seen.ended(LiveEnding.BEFORE_US::equals);
        if (before > 0) {
            lines.add(StudyText.line(
                    "Ended before",
                    Words.counted(before, "connection")
                            + " had ended before the watch, or was forgotten: only their late"
                            + " segments are counted, by kind below"));
        }
        return lines;
    }

    /** The histogram itself. */
    private static void byKind(List<String> lines, LateHistogram late) {
        if (late.all().total() == 0) {
            return;
        }
        lines.add("");
        lines.add("Late segments by kind and age");
        lines.add(row("age", Arrays.stream(LateKind.values()).map(Enum::name).toList()));
        int before = 0;
        for (int millis : AgeBuckets.thresholdsMillis()) {
            addRow(lines, late, Words.seconds(before) + " - " + Words.seconds(millis), before, millis);
            before = millis;
        }
        addRow(lines, late, "above " + Words.seconds(before), before, Integer.MAX_VALUE);
    }

    private static void addRow(List<String> lines, LateHistogram late, String name, int from, int to) {
        List<String> counts = new ArrayList<>();
        long sum = 0;
        for (LateKind kind : LateKind.values()) {
            long above = from == 0 ? late.of(kind).total() : late.of(kind).laterThan(from);
            long count = above - (to == Integer.MAX_VALUE ? 0 : late.of(kind).laterThan(to));
            counts.add(Words.count(count));
            sum += count;
        }
        if (sum > 0) {
            lines.add(row(name, counts));
        }
    }

    private static String row(String name, List<String> columns) {
        StringBuilder row = new StringBuilder(String.format("%16s", name));
        columns.forEach(column -> row.append(String.format("%11s", column)));
        return row.toString();
    }

    private static void byRoundTrip(List<String> lines, LiveSnapshot seen) {
        lines.add("");
        lines.add("By round trip, after both FINs");
        lines.add(row("round trip", List.of("closed", "late", "FIN, data", "> 0.1 s", "> 1 s", "> 10 s")));
        for (RoundTripClass roundTrip : RoundTripClass.values()) {
            LateHistogram late = LateHistogram.NONE;
            long closed = 0;
            for (LiveClass one : seen.classes()) {
                if (one.roundTrip() == roundTrip && one.ending().isWhole()) {
                    late = late.plus(one.late());
                    closed += one.ended();
                }
            }
            if (closed > 0) {
                lines.add(classRow(word(roundTrip), closed, late));
            }
        }
    }

    private static void byPrefix(List<String> lines, List<PrefixRow> prefixes) {
        if (prefixes.isEmpty()) {
            return;
        }
        lines.add("");
        lines.add("By where they came from, after both FINs (not in the JSON)");
        lines.add(row("prefix", List.of("closed", "late", "FIN, data", "> 0.1 s", "> 1 s", "> 10 s")));
        for (PrefixRow one : prefixes.subList(0, Math.min(MOST_PREFIXES, prefixes.size()))) {
            lines.add(classRow(one.prefix().toString(), one.ended(), one.late()));
        }
        if (prefixes.size() > MOST_PREFIXES) {
            lines.add("and " + Words.count(prefixes.size() - MOST_PREFIXES) + " more");
        }
    }

    private static String classRow(String name, long closed, LateHistogram late) {
        return row(
                name,
                List.of(
                        Words.count(closed),
                        Words.count(late.all().total()),
                        Words.count(late.of(LateKind.FIN).total()
                                + late.of(LateKind.DATA).total()),
                        Words.count(late.all().laterThan(100)),
                        Words.count(late.all().laterThan(1_000)),
                        Words.count(late.all().laterThan(10_000))));
    }

    private static String word(RoundTripClass roundTrip) {
        return roundTrip.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** What the figures do not hold. */
    private static List<String> limits(LiveSnapshot seen) {
        List<String> lines = new ArrayList<>();
        StringJoiner censored = new StringJoiner(" ");
        censored.add(
                "Not seen (censored): what came after a four-tuple was used again, or after the end of the watch; each line"
                        + " counts connections watched longer than that.");
        long longer = seen.whole().watchedLongerThan(TIME_WAIT_MILLIS);
        censored.add(
                longer == 0
                        ? "None was watched beyond 60 s."
                        : "Beyond 60 s, when the kernel's TIME_WAIT has ended, " + Words.counted(longer, "connection")
                                + (longer == 1 ? " was" : " were") + " still watched.");
        lines.add(censored.toString());
        if (seen.memoryNanos().isPresent()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "Connections ended so fast that some may have been forgotten after %.1f s: --remember more to see longer.",
                    seen.memoryNanos().getAsLong() / 1e9));
        }
        if (seen.lost() > 0) {
            lines.add(Words.counted(seen.lost(), "late segment")
                    + " came too fast to be counted: all counts of segments are too low.");
        }
        if (seen.unread() > 0) {
            lines.add(Words.counted(seen.unread(), "packet")
                    + " had no TCP header in its place (fragments, IPv6 options).");
        }
        return lines;
    }

    private static String cost(LiveCost cost) {
        return String.format(
                Locale.ROOT,
                "Cost: %.2f %% of a core (%,.0f ns for each of %,d runs in the kernel: %.2f %%; this process: %.2f %%).",
                100 * cost.share(),
                cost.bpf().runs() == 0
                        ? 0
                        : (double) cost.bpf().nanos() / cost.bpf().runs(),
                cost.bpf().runs(),
                cost.bpf().nanos() / cost.seconds() / 1e7,
                cost.ownNanos() / cost.seconds() / 1e7);
    }
}
