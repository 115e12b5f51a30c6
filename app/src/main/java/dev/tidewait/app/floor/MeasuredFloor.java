package dev.tidewait.app.floor;

import dev.tidewait.app.study.AdviceText;
import dev.tidewait.evidence.risk.FloorAdvice;
import dev.tidewait.ports.Floors;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * What applies at one place of the configuration that says {@code floor: measured}, and why. Immutable.
 *
 * @param place {@code timeWait}, or {@code destinations[203.0.113.0/24].timeWait}
 * @param report the file that was read
 * @param standard the floors without it
 * @param floors those that apply
 * @param evidence what the report shows, or why it does not count
 */
public record MeasuredFloor(String place, Path report, Floors standard, Floors floors, Evidence evidence) {
    /** What there is to go by. */
    public sealed interface Evidence {
        /**
         * A report that counts.
         *
         * @param advice that decided
         * @param written when, to the second
         * @param outdated from when on it counts no more
         */
        record Counts(FloorAdvice advice, Instant written, Instant outdated) implements Evidence {}

        /** @param why and what to do */
        record Missing(String why) implements Evidence {}
    }

    /** Whether the report has changed anything. */
    public boolean isTakenOver() {
        return !floors.equals(standard);
    }

    /** Whether there is a report that counts. */
    public boolean isReportUsable() {
        return evidence instanceof Evidence.Counts;
    }

    /** The longest of the rows that a report stands for, in milliseconds. */
    public long floorMillis() {
        return floors.measuredMillis() > 0 ? floors.measuredMillis() : floors.unknownMillis();
    }

    /** When the report counts no more. */
    Optional<Instant> outdated() {
        return evidence instanceof Evidence.Counts counts ? Optional.of(counts.outdated()) : Optional.empty();
    }

    /** What it rests on, in one line. */
    public String why() {
        return switch (evidence) {
            case Evidence.Counts counts ->
                counts.advice().sample().name() + ": " + AdviceText.sentence(counts.advice()) + "; from " + report
                        + ", written " + counts.written();
            case Evidence.Missing missing -> report + ": " + missing.why();
        };
    }

    /** For people, without what was before. */
    public String text() {
        return place + ": without timestamps " + AdviceText.rows(floors) + (isTakenOver() ? "" : ", the default") + ". "
                + why();
    }

    /** @param before what applied until now */
    String change(Floors before) {
        String now = AdviceText.rows(floors);
        return place + ": the floor without timestamps "
                + (floors.equals(before) ? "stays " + now : "was " + AdviceText.rows(before) + " and is now " + now)
                + ". " + why();
    }
}
