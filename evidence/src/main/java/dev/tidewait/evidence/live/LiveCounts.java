package dev.tidewait.evidence.live;

import dev.tidewait.evidence.late.AgeBuckets;
import dev.tidewait.evidence.late.AgeCounts;
import dev.tidewait.evidence.late.LateHistogram;
import dev.tidewait.evidence.late.LateRecorder;
import java.util.HashMap;
import java.util.Map;

/** The sums of late segments as they come. Owned by one thread. */
final class LiveCounts {
    /** Of these each has counts of its own (3 kB); the others share one. */
    private static final int MOST_PREFIXES = 1_000;

    private final LiveSettings settings;
    private final Map<Place, ClassCounts> classes = new HashMap<>();
    private final LateRecorder rejected = new LateRecorder();
    private final Map<RemotePrefix, LateRecorder> prefixes = new HashMap<>();
    private final LateRecorder otherPrefixes = new LateRecorder();

    private record Place(LiveEnding ending, RoundTripClass roundTrip) {}

    /** Late segments; and connections, by the age of the last such segment. */
    private static final class ClassCounts {
        private final LateRecorder late = new LateRecorder();
        private final long[] latest = new long[AgeBuckets.count()];
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
        long[] connections = counts.latest;
        if (event.beforeNanos() != 0) {
            connections[AgeBuckets.indexOf(event.beforeNanos())]--;
        }
        connections[AgeBuckets.indexOf(event.ageNanos())]++;
        if (event.ending().isWhole()) {
            ofPrefix(settings.prefixOf(event.remote())).record(event.kind(), event.ageNanos());
        }
    }

    private LateRecorder ofPrefix(RemotePrefix prefix) {
        LateRecorder known = prefixes.get(prefix);
        if (known != null) {
            return known;
        }
        if (prefixes.size() >= MOST_PREFIXES) {
            return otherPrefixes;
        }
        LateRecorder fresh = new LateRecorder();
        prefixes.put(prefix, fresh);
        return fresh;
    }

    LateHistogram late(LiveEnding ending, RoundTripClass roundTrip) {
        return of(ending, roundTrip).late.snapshot();
    }

    /** An event that was lost may have left a count below zero. */
    AgeCounts latest(LiveEnding ending, RoundTripClass roundTrip) {
        long[] counts = of(ending, roundTrip).latest.clone();
        for (int i = 0; i < counts.length; i++) {
            counts[i] = Math.max(0, counts[i]);
        }
        return AgeCounts.of(counts);
    }

    LateHistogram rejected() {
        return rejected.snapshot();
    }

    Map<RemotePrefix, LateHistogram> prefixes() {
        Map<RemotePrefix, LateHistogram> now = new HashMap<>();
        prefixes.forEach((prefix, recorder) -> now.put(prefix, recorder.snapshot()));
        return now;
    }

    /** Of prefixes that have no counts of their own. */
    LateHistogram otherPrefixes() {
        return otherPrefixes.snapshot();
    }

    private ClassCounts of(LiveEnding ending, RoundTripClass roundTrip) {
        return classes.computeIfAbsent(new Place(ending, roundTrip), place -> new ClassCounts());
    }
}
