package dev.tidewait.app.study;

import dev.tidewait.evidence.track.StudyReport;

/**
 * A report and what it rests on. Immutable.
 *
 * @param captureCount captures read, those of merged studies included
 * @param incompleteCount of them, those of which only a part could be read, or that lost late segments: what comes late is counted too low
 */
public record Study(StudyReport report, int captureCount, int incompleteCount) {
    static final Study NONE = new Study(StudyReport.NONE, 0, 0);

    boolean isComplete() {
        return incompleteCount == 0;
    }

    Study plus(Study other) {
        return new Study(
                report.plus(other.report), captureCount + other.captureCount, incompleteCount + other.incompleteCount);
    }
}
