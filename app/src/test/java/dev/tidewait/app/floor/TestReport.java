package dev.tidewait.app.floor;

import dev.tidewait.app.Json;
import dev.tidewait.app.study.ClosedClass;
import dev.tidewait.app.study.RoundTripCounts;
import dev.tidewait.app.study.Study;
import dev.tidewait.app.study.StudyJson;
import dev.tidewait.evidence.capture.FrameCounts;
import dev.tidewait.evidence.late.AgeBuckets;
import dev.tidewait.evidence.late.AgeCounts;
import dev.tidewait.evidence.late.LateHistogram;
import dev.tidewait.evidence.late.LateKind;
import dev.tidewait.evidence.late.LateSample;
import dev.tidewait.evidence.live.LiveEnding;
import dev.tidewait.evidence.live.RoundTripClass;
import dev.tidewait.evidence.track.StudyReport;
import dev.tidewait.evidence.track.TrackReport;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A report of connections that were watched for five minutes, as {@code tidewait study --json} writes it. Used by one thread. */
public final class TestReport {
    private static final int LONG_WATCH_MILLIS = 300_000;

    private LateSample sample = LateSample.NONE;
    private final Map<ClosedClass, RoundTripCounts> roundTrips = new HashMap<>();
    private int incomplete;
    private AgeCounts rejected = AgeCounts.NONE;

    /** So many more connections, some of them with a late FIN. */
    public TestReport with(long connections, int lateMillis, long late) {
        AgeCounts latest = at(lateMillis, late);
        sample = sample.plus(new LateSample(
                LateHistogram.of(Map.of(LateKind.FIN, latest)),
                LateHistogram.NONE,
                at(LONG_WATCH_MILLIS, connections),
                latest,
                latest));
        return this;
    }

    /** The same, of connections that this host closed first, equally far away. */
    TestReport with(RoundTripClass roundTrip, long connections, int lateMillis, long late) {
        roundTrips.put(
                new ClosedClass(LiveEnding.WE_FIRST, roundTrip),
                new RoundTripCounts(at(lateMillis, late), at(LONG_WATCH_MILLIS, connections)));
        return with(connections, lateMillis, late);
    }

    /** Data that met the next connection of its four-tuple. */
    TestReport met(int millis) {
        rejected = at(millis, 1);
        return this;
    }

    TestReport incomplete() {
        incomplete = 1;
        return this;
    }

    Study study() {
        TrackReport none = TrackReport.NONE;
        TrackReport tracked = new TrackReport(
                0,
                none.openings(),
                none.graceful(),
                none.reset(),
                none.unfinished(),
                none.oddities(),
                AgeCounts.NONE,
                AgeCounts.NONE,
                sample,
                LateSample.NONE);
        return new Study(new StudyReport(FrameCounts.NONE, 0, tracked), 1, incomplete, roundTrips, rejected);
    }

    public String json() {
        return Json.pretty(json -> StudyJson.write(json, study()));
    }

    private static AgeCounts at(int millis, long count) {
        long[] counts = new long[AgeBuckets.count()];
        counts[AgeBuckets.indexOf(TimeUnit.MILLISECONDS.toNanos(millis))] = count;
        return AgeCounts.of(counts);
    }
}
