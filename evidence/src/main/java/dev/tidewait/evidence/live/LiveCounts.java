package dev.tidewait.evidence.live;

import dev.tidewait.evidence.late.AgeBuckets;
import dev.tidewait.evidence.late.AgeCounts;
import dev.tidewait.evidence.late.LateHistogram;
import dev.tidewait.evidence.late.LateRecorder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The sums of late segments as they come. Owned by one thread. */
final class LiveCounts {
    /** Of these each has counts of its own, 3 kB. */
    private static final int MOST_PREFIXES = 1_000;

    private final LiveSettings settings;
    private final Map<Place, ClassCounts> classes = new HashMap<>();
    private final LateRecorder rejected = new LateRecorder();
    private final Map<RemotePrefix, LateRecorder> prefixes = new HashMap<>();

    private record Place(LiveEnding ending, RoundTripClass roundTrip) {}

    /** Late segments; and connections, by the age of the last one, and of the last one that needs TIME_WAIT. */
    private static final class ClassCounts {
        private final LateRecorder late = new LateRecorder();
        private final long[] latest = new long[AgeBuckets.count()];
        private final long[] latestNeeding = new long[AgeBuckets.count()];
    }

    LiveCounts(LiveSettings settings) {
        this.settings = settings;
    }

    void count(LateEvent event) {
        if (event.happening() == LateEvent.Happening.REJECTED) {
            rejected.record(event.kind(), event.ageNanos());
            return;
        }
        ClassCounts counts = of(event.ending(), event.roundTrip());
        counts.late.record(event.kind(), event.ageNanos());
        move(counts.latest, event.beforeNanos(), event.ageNanos());
        if (event.kind().needsTimeWait()) {
            move(counts.latestNeeding, event.beforeNeedingNanos(), event.ageNanos());
        }
        if (event.ending().isWhole()) {
            countPrefix(settings.prefixOf(event.remote()), event);
        }
    }

    /** A connection's last age. */
    private static void move(long[] connections, long fromNanos, long toNanos) {
        if (fromNanos != 0) {
            connections[AgeBuckets.indexOf(fromNanos)]--;
        }
        connections[AgeBuckets.indexOf(toNanos)]++;
    }

    private void countPrefix(RemotePrefix prefix, LateEvent event) {
        if (prefixes.size() < MOST_PREFIXES || prefixes.containsKey(prefix)) {
            prefixes.computeIfAbsent(prefix, fresh -> new LateRecorder()).record(event.kind(), event.ageNanos());
        }
    }

    LateHistogram late(LiveEnding ending, RoundTripClass roundTrip) {
        return of(ending, roundTrip).late.snapshot();
    }

    AgeCounts latest(LiveEnding ending, RoundTripClass roundTrip) {
        return counted(of(ending, roundTrip).latest);
    }

    AgeCounts latestNeeding(LiveEnding ending, RoundTripClass roundTrip) {
        return counted(of(ending, roundTrip).latestNeeding);
    }

    /** An event that was lost may have left a count below zero. */
    private static AgeCounts counted(long[] connections) {
        return AgeCounts.of(
                Arrays.stream(connections).map(count -> Math.max(0, count)).toArray());
    }

    LateHistogram rejected() {
        return rejected.snapshot();
    }

    Map<RemotePrefix, LateHistogram> prefixes() {
        Map<RemotePrefix, LateHistogram> now = new HashMap<>();
        prefixes.forEach((prefix, recorder) -> now.put(prefix, recorder.snapshot()));
        return now;
    }

    private ClassCounts of(LiveEnding ending, RoundTripClass roundTrip) {
        return classes.computeIfAbsent(new Place(ending, roundTrip), place -> new ClassCounts());
    }
}
