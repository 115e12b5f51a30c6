package dev.tidewait.ports;

/** Ages at reuse since the start: exact least and greatest, quantiles to an eighth. Not thread safe. */
final class AgeHistogram {
    /** Eight buckets per power of two. */
    private static final int FINE_BITS = 3;

    private static final int FINE_MASK = (1 << FINE_BITS) - 1;

    private static final int BUCKETS = 64 << FINE_BITS;

    /** Four kilobytes, so only made when a four-tuple was used again: most destinations never see that. */
    private long[] counts = {};

    private long count;
    private long least = Long.MAX_VALUE;
    private long greatest;

    void record(long ageMillis) {
        makeRoom();
        counts[bucket(ageMillis)]++;
        count++;
        least = Math.min(least, ageMillis);
        greatest = Math.max(greatest, ageMillis);
    }

    private void makeRoom() {
        if (counts.length == 0) {
            counts = new long[BUCKETS];
        }
    }

    void addTo(AgeHistogram sum) {
        if (count == 0) {
            return;
        }
        sum.makeRoom();
        for (int i = 0; i < counts.length; i++) {
            sum.counts[i] += counts[i];
        }
        sum.count += count;
        sum.least = Math.min(sum.least, least);
        sum.greatest = Math.max(sum.greatest, greatest);
    }

    AgeAtReuse summary() {
        return count == 0 ? AgeAtReuse.NONE : new AgeAtReuse(count, least, quantile(0.5), greatest);
    }

    private long quantile(double share) {
        long wanted = (long) Math.ceil(share * count);
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= wanted) {
                return Math.clamp(upperEdge(i), least, greatest);
            }
        }
        return greatest;
    }

    private static int bucket(long age) {
        long value = Math.max(0, age);
        if (value < 1 << FINE_BITS) {
            return (int) value;
        }
        int shift = 63 - Long.numberOfLeadingZeros(value) - FINE_BITS;
        return ((shift + 1) << FINE_BITS) + (int) ((value >>> shift) & FINE_MASK);
    }

    private static long upperEdge(int bucket) {
        int shift = (bucket >>> FINE_BITS) - 1;
        long fine = bucket & FINE_MASK;
        return shift < 0 ? fine : ((fine + (1 << FINE_BITS) + 1) << shift) - 1;
    }
}
