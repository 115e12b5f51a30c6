package dev.tidewait.app.study;

import dev.tidewait.evidence.capture.Decoded;
import dev.tidewait.evidence.capture.FrameCounts;
import dev.tidewait.evidence.late.AgeBuckets;
import dev.tidewait.evidence.late.AgeCounts;
import dev.tidewait.evidence.late.LateHistogram;
import dev.tidewait.evidence.late.LateKind;
import dev.tidewait.evidence.late.LateSample;
import dev.tidewait.evidence.late.Sufficiency;
import dev.tidewait.evidence.track.Closings;
import dev.tidewait.evidence.track.TrackReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** A study for people, as lines of plain text. No state. */
public final class StudyText {
    /** Before what a line of the summary says. */
    static final int NAME_COLUMNS = 15;

    private static final double[] RISKS = {1e-4, 1e-6};

    private StudyText() {}

    public static List<String> lines(Study study) {
        TrackReport tracked = study.report().tracked();
        List<String> lines = new ArrayList<>(summary(study));
        lines.add("");
        table(lines, "After both FINs were acknowledged", tracked.lateAfterGraceful());
        if (tracked.reset().total() > 0) {
            lines.add("");
            table(lines, "After a RST", tracked.lateAfterReset());
        }
        lines.add("");
        lines.addAll(sufficient(tracked.lateAfterGraceful(), study.isComplete()));
        lines.add("");
        lines.addAll(AdviceText.lines(study.advice()));
        return lines;
    }

    /** What was read and what connections it holds. */
    static List<String> summary(Study study) {
        FrameCounts frames = study.report().frames();
        TrackReport tracked = study.report().tracked();
        List<String> lines = new ArrayList<>();
        lines.add(line(
                "Read",
                Words.counted(study.captureCount(), "capture") + " over "
                        + Words.duration(study.report().spanMillis()) + ": " + Words.counted(frames.total(), "packet")
                        + ", " + Words.count(frames.get(Decoded.SEGMENT)) + " of them TCP segments"
                        + leftOut(frames, tracked)));
        if (study.incompleteCount() > 0) {
            lines.add(line(
                    "",
                    Words.counted(study.incompleteCount(), "capture")
                            + " could be read only in part (see stderr), or was taken live and lost late segments"));
        }
        TrackReport.Openings openings = tracked.openings();
        lines.add(line(
                "Connections",
                Words.count(openings.connections()) + ": " + Words.count(openings.handshakes())
                        + " from their handshake on, " + Words.count(openings.midStream())
                        + " from their middle; besides, attempts: "
                        + Words.count(openings.refused()) + " refused, " + Words.count(openings.unanswered())
                        + " without an answer"));
        lines.add(line("Closed by FIN", closings(tracked.graceful())));
        lines.add(line("Closed by RST", closings(tracked.reset())));
        TrackReport.Unfinished unfinished = tracked.unfinished();
        lines.add(line(
                "No end seen",
                Words.count(unfinished.open() + unfinished.halfClosed() + unfinished.replaced()) + ": "
                        + Words.count(unfinished.open()) + " open, " + Words.count(unfinished.halfClosed())
                        + " half closed, " + Words.count(unfinished.replaced()) + " replaced by a new incarnation"));
        lines.add(line("Reused", reuses(tracked)));
        if (unfinished.letGo() > 0) {
            lines.add(line(
                    "",
                    Words.counted(unfinished.letGo(), "four-tuple")
                            + " given up early: too many at once; see --connections"));
        }
        return lines;
    }

    private static String leftOut(FrameCounts frames, TrackReport tracked) {
        StringJoiner left = new StringJoiner(", ", "; left out: ", "").setEmptyValue("");
        add(left, frames.get(Decoded.OTHER_PROTOCOL), "of other protocols");
        add(left, frames.get(Decoded.LATER_FRAGMENT), "fragments behind the first");
        add(left, frames.get(Decoded.CUT_SHORT), "with cut-off headers");
        add(left, frames.get(Decoded.MALFORMED), "malformed");
        add(left, frames.get(Decoded.UNKNOWN_LINK), "of an unknown link type");
        add(left, frames.get(Decoded.UNTIMED), "without a time");
        add(left, tracked.oddities().outOfOrder(), "too far out of order (sort them: reordercap FILE NEW)");
        return left.toString();
    }

    private static void add(StringJoiner joiner, long count, String what) {
        if (count > 0) {
            joiner.add(Words.count(count) + " " + what);
        }
    }

    static String closings(Closings closings) {
        return Words.count(closings.total()) + ": first the opener " + Words.count(closings.byOpener())
                + ", the other end " + Words.count(closings.byAcceptor()) + ", not known "
                + Words.count(closings.byUnknown());
    }

    static String reuses(TrackReport tracked) {
        return reuses(tracked.reusesAfterGraceful(), tracked.reusesAfterReset());
    }

    static String reuses(AgeCounts graceful, AgeCounts reset) {
        AgeCounts all = graceful.plus(reset);
        if (all.total() == 0) {
            return "0 four-tuples";
        }
        int youngest = 0;
        while (all.get(youngest) == 0) {
            youngest++;
        }
        String age = youngest == AgeBuckets.count() - 1
                ? "above 240 s"
                : "at most " + Words.seconds(AgeBuckets.upperMillis()[youngest]);
        return Words.count(all.total()) + " four-tuples: " + Words.count(graceful.total()) + " after FIN, "
                + Words.count(reset.total()) + " after RST; the youngest at an age of " + age
                + "; younger than 60 s: " + Words.count(all.total() - all.laterThan(60_000));
    }

    static void table(List<String> lines, String title, LateSample sample) {
        LateHistogram segments = sample.segments();
        lines.add(title + ": " + Words.counted(sample.connectionCount(), "connection") + ", "
                + Words.counted(segments.all().total(), "late segment") + kinds(segments));
        lines.add(String.format(
                "%10s %13s %11s %11s %14s %12s %14s",
                "later than", "watched", "any kind", "share", "at most (95 %)", "FIN or data", "at most (95 %)"));
        for (StudyRow row : StudyRow.of(sample)) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%10s %,13d %,11d %11s %14s %,12d %14s",
                    Words.seconds(row.millis()),
                    row.watched(),
                    row.any(),
                    row.watched() == 0 ? "-" : Words.share(row.anyShare()),
                    row.watched() == 0 ? "-" : Words.share(row.anyUpper()),
                    row.needing(),
                    row.watched() == 0 ? "-" : Words.share(row.needingUpper())));
        }
    }

    static String kinds(LateHistogram segments) {
        StringJoiner kinds = new StringJoiner(", ", " (", ")").setEmptyValue("");
        for (LateKind kind : LateKind.values()) {
            add(kinds, segments.of(kind).total(), kind.toString());
        }
        return kinds.toString();
    }

    /** For each risk, which TIME_WAIT would have been enough; not where some of what came late is missing. */
    static List<String> sufficient(LateSample sample, boolean complete) {
        if (!complete) {
            return List.of("TIME_WAIT that would have been enough here: not told, as late segments may be missing");
        }
        List<String> lines = new ArrayList<>();
        lines.add("TIME_WAIT that would have been enough here, at 95 % confidence, for a later FIN or data on at most");
        for (double risk : RISKS) {
            lines.add("  one connection in " + Words.oneIn(risk) + ": "
                    + text(Sufficiency.of(risk, sample.latestNeeding(), sample.watched())));
        }
        return lines;
    }

    private static String text(Sufficiency sufficiency) {
        return switch (sufficiency) {
            case Sufficiency.Enough enough ->
                Words.seconds(enough.millis()) + " (" + Words.count(enough.later()) + " of "
                        + Words.count(enough.watched()) + " had a later one)";
            case Sufficiency.NotEnough not ->
                "not enough: even after " + Words.seconds(not.millis()) + " " + Words.count(not.later()) + " of "
                        + Words.count(not.watched()) + " had a later one";
            case Sufficiency.TooFew few ->
                "not known. " + Words.counted(few.more(), "more connection") + " watched longer than "
                        + Words.seconds(few.millis()) + ", none with a later one, would show that this is enough";
        };
    }

    static String line(String name, String text) {
        return String.format("%-" + (NAME_COLUMNS - 1) + "s %s", name, text);
    }
}
