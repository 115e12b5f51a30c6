package dev.tidewait.evidence.late;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Late segments by kind and by age since close. Holds counts only, so those of several hosts, interfaces or days may be added. Immutable, any thread;
 * {@link LateRecorder} makes one.
 */
public final class LateHistogram {
    private static final List<LateKind> KINDS = List.of(LateKind.values());

    /** No late segment. */
    public static final LateHistogram NONE = of(Map.of());

    private final Map<LateKind, AgeCounts> byKind;

    private LateHistogram(Map<LateKind, AgeCounts> byKind) {
        this.byKind = byKind;
    }

    /** @param byKind counts of each kind that there is; a kind that is not in it has none */
    public static LateHistogram of(Map<LateKind, AgeCounts> byKind) {
        Map<LateKind, AgeCounts> all = new EnumMap<>(LateKind.class);
        for (LateKind kind : LateKind.values()) {
            all.put(kind, byKind.getOrDefault(kind, AgeCounts.NONE));
        }
        return new LateHistogram(all);
    }

    /** Segments of one kind, by age. */
    public AgeCounts of(LateKind kind) {
        return byKind.getOrDefault(kind, AgeCounts.NONE);
    }

    public long count(LateKind kind, int bucket) {
        return of(kind).get(bucket);
    }

    /** Segments of every kind, by age. */
    public AgeCounts all() {
        return KINDS.stream().map(this::of).reduce(AgeCounts.NONE, AgeCounts::plus);
    }

    public LateHistogram plus(LateHistogram other) {
        Map<LateKind, AgeCounts> sum = new EnumMap<>(LateKind.class);
        KINDS.forEach(kind -> sum.put(kind, of(kind).plus(other.of(kind))));
        return new LateHistogram(sum);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LateHistogram that && byKind.equals(that.byKind);
    }

    @Override
    public int hashCode() {
        return byKind.hashCode();
    }

    @Override
    public String toString() {
        return "LateHistogram" + byKind;
    }
}
