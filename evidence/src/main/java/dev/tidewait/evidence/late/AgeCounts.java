package dev.tidewait.evidence.late;

import java.util.Arrays;

/** How many of something fell into each bucket of {@link AgeBuckets}. Immutable, any thread. */
public final class AgeCounts {
    /** Nothing. */
    public static final AgeCounts NONE = new AgeCounts(new long[AgeBuckets.count()]);

    private final long[] counts;

    private AgeCounts(long[] counts) {
        this.counts = counts;
    }

    /**
     * @param counts one for each bucket of {@link AgeBuckets}
     * @throws IllegalArgumentException if there are not as many as buckets, or if one is below zero
     */
    public static AgeCounts of(long... counts) {
        if (counts.length != AgeBuckets.count()) {
            throw new IllegalArgumentException(
                    counts.length + " counts for " + AgeBuckets.count() + " buckets of age: made with other buckets");
        }
        for (long count : counts) {
            if (count < 0) {
                throw new IllegalArgumentException("a count below zero: " + count);
            }
        }
        return new AgeCounts(counts.clone());
    }

    public long get(int bucket) {
        return counts[bucket];
    }

    public long total() {
        return laterThanBucket(-1);
    }

    /**
     * How many have a greater age.
     *
     * @param thresholdMillis an upper end of {@link AgeBuckets}
     * @throws IllegalArgumentException if it is none, because then a bucket would have to be split
     */
    public long laterThan(int thresholdMillis) {
        int bucket = Arrays.binarySearch(AgeBuckets.upperMillis(), thresholdMillis);
        if (bucket < 0) {
            throw new IllegalArgumentException(thresholdMillis + " ms is no bound of a bucket of age");
        }
        return laterThanBucket(bucket);
    }

    public AgeCounts plus(AgeCounts other) {
        long[] sum = counts.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] = Math.addExact(sum[i], other.counts[i]);
        }
        return new AgeCounts(sum);
    }

    /** One count for each bucket; a copy. */
    public long[] toArray() {
        return counts.clone();
    }

    private long laterThanBucket(int bucket) {
        long later = 0;
        for (int i = bucket + 1; i < counts.length; i++) {
            later = Math.addExact(later, counts[i]);
        }
        return later;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AgeCounts that && Arrays.equals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return "AgeCounts" + Arrays.toString(counts);
    }
}
