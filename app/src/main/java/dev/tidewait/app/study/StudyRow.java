package dev.tidewait.app.study;

import dev.tidewait.evidence.late.AgeBuckets;
import dev.tidewait.evidence.late.ClopperPearson;
import dev.tidewait.evidence.late.LateSample;
import java.util.Arrays;
import java.util.List;

/**
 * One line of the table of shares. Immutable.
 *
 * @param millis the threshold
 * @param watched connections that were watched longer
 * @param any of them, those with a later segment of any kind
 * @param needing those with a later FIN or data
 */
record StudyRow(int millis, long watched, long any, long needing) {
    /** One for each threshold. */
    static List<StudyRow> of(LateSample sample) {
        return Arrays.stream(AgeBuckets.thresholdsMillis())
                .mapToObj(millis -> new StudyRow(
                        millis,
                        sample.watchedLongerThan(millis),
                        sample.latest().laterThan(millis),
                        sample.latestNeeding().laterThan(millis)))
                .toList();
    }

    double anyShare() {
        return watched == 0 ? 0 : (double) any / watched;
    }

    double anyUpper() {
        return ClopperPearson.upper(any, watched);
    }

    double needingUpper() {
        return ClopperPearson.upper(needing, watched);
    }
}
