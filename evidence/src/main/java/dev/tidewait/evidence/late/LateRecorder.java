package dev.tidewait.evidence.late;

import java.util.EnumMap;
import java.util.Map;

/** Counts late segments as they come; allocates nothing for one. Owned by one thread. */
public final class LateRecorder {
    private final EnumMap<LateKind, long[]> counts = new EnumMap<>(LateKind.class);

    public LateRecorder() {
        for (LateKind kind : LateKind.values()) {
            counts.put(kind, new long[AgeBuckets.count()]);
        }
    }

    /** @param ageNanos time since both ends had closed */
    public void record(LateKind kind, long ageNanos) {
        add(kind, AgeBuckets.indexOf(ageNanos), 1);
    }

    /** Adds segments that were counted elsewhere, for example in the kernel. */
    public void add(LateKind kind, int bucket, long segmentCount) {
        long[] row = counts.get(kind);
        if (row != null) { // each kind has one
            row[bucket] += segmentCount;
        }
    }

    /** What was counted until now. */
    public LateHistogram snapshot() {
        Map<LateKind, AgeCounts> byKind = new EnumMap<>(LateKind.class);
        counts.forEach((kind, row) -> byKind.put(kind, AgeCounts.of(row)));
        return LateHistogram.of(byKind);
    }
}
