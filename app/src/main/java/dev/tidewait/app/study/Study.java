package dev.tidewait.app.study;

import dev.tidewait.evidence.late.AgeCounts;
import dev.tidewait.evidence.late.LateSample;
import dev.tidewait.evidence.risk.ClassSample;
import dev.tidewait.evidence.risk.FloorAdvice;
import dev.tidewait.evidence.track.StudyReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * A report and what it rests on. Immutable.
 *
 * @param captureCount captures read, those of merged studies included
 * @param incompleteCount of them, those of which only a part could be read, or that lost late segments: what comes late is counted too low
 * @param roundTrips of live watches, the connections with both FINs by who closed first and by round trip; of captures nothing
 * @param rejected of live watches, FINs and data that met the next connection of their four-tuple, by age
 */
public record Study(
        StudyReport report,
        int captureCount,
        int incompleteCount,
        Map<ClosedClass, RoundTripCounts> roundTrips,
        AgeCounts rejected) {
    static final Study NONE = new Study(StudyReport.NONE, 0, 0);

    public Study {
        Map<ClosedClass, RoundTripCounts> inOrder = new TreeMap<>();
        inOrder.putAll(roundTrips);
        roundTrips = Collections.unmodifiableMap(inOrder);
    }

    /** Of captures. */
    public Study(StudyReport report, int captureCount, int incompleteCount) {
        this(report, captureCount, incompleteCount, Map.of(), AgeCounts.NONE);
    }

    boolean isComplete() {
        return incompleteCount == 0;
    }

    Study plus(Study other) {
        Map<ClosedClass, RoundTripCounts> both = new TreeMap<>();
        both.putAll(roundTrips);
        other.roundTrips.forEach((one, counts) -> both.merge(one, counts, RoundTripCounts::plus));
        return new Study(
                report.plus(other.report),
                Math.addExact(captureCount, other.captureCount),
                Math.addExact(incompleteCount, other.incompleteCount),
                both,
                rejected.plus(other.rejected));
    }

    /** Which floors follow: for all connections, and for those that the same end closed first, equally far away. */
    public List<FloorAdvice> advice() {
        LateSample whole = report.tracked().lateAfterGraceful();
        List<FloorAdvice> advice = new ArrayList<>();
        advice.add(FloorAdvice.of(new ClassSample(
                "all connections",
                OptionalInt.empty(),
                whole.latestNeeding(),
                whole.watched(),
                isComplete(),
                rejected)));
        roundTrips.forEach((one, counts) -> advice.add(FloorAdvice.of(new ClassSample(
                one.text(), one.longestMillis(), counts.latest(), counts.watchedAtLeast(), isComplete(), rejected))));
        return advice;
    }
}
