package dev.tidewait.evidence.track;

import dev.tidewait.evidence.capture.FrameCounts;

/**
 * What one or several captures show. Immutable; reports add up.
 *
 * @param frames packets by what became of them
 * @param spanMillis from the first segment to the last, summed over captures that do not follow each other
 * @param tracked the connections
 */
public record StudyReport(FrameCounts frames, long spanMillis, TrackReport tracked) {
    /** Nothing. */
    public static final StudyReport NONE = new StudyReport(FrameCounts.NONE, 0, TrackReport.NONE);

    public StudyReport plus(StudyReport other) {
        return new StudyReport(frames.plus(other.frames), spanMillis + other.spanMillis, tracked.plus(other.tracked));
    }
}
