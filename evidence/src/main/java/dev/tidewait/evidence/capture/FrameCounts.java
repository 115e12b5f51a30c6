package dev.tidewait.evidence.capture;

import java.util.EnumMap;
import java.util.Map;

/** What became of the packets of captures. Immutable. */
public final class FrameCounts {
    public static final FrameCounts NONE = new FrameCounts(new EnumMap<>(Decoded.class));

    private final EnumMap<Decoded, Long> counts;

    private FrameCounts(EnumMap<Decoded, Long> counts) {
        this.counts = counts;
    }

    /** @param counts what is not in it is zero */
    public static FrameCounts of(Map<Decoded, Long> counts) {
        EnumMap<Decoded, Long> copy = new EnumMap<>(Decoded.class);
        copy.putAll(counts);
        return new FrameCounts(copy);
    }

    public long get(Decoded what) {
        return counts.getOrDefault(what, 0L);
    }

    public long total() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    public FrameCounts plus(FrameCounts other) {
        EnumMap<Decoded, Long> sum = new EnumMap<>(counts);
        other.counts.forEach((what, count) -> sum.merge(what, count, Math::addExact));
        return new FrameCounts(sum);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FrameCounts that && counts.equals(that.counts);
    }

    @Override
    public int hashCode() {
        return counts.hashCode();
    }

    @Override
    public String toString() {
        return counts.toString();
    }
}
