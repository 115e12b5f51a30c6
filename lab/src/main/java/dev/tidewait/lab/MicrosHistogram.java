package dev.tidewait.lab;

import java.util.List;
import org.HdrHistogram.Histogram;

/** Reads the histograms of the lab's programs ({@code histogram.h}) into HdrHistograms of microseconds. Any thread. */
final class MicrosHistogram {
    /** 2^32 µs = 71 minutes; what is longer was counted there. */
    private static final long LARGEST_MICROS = 1L << 32;

    private static final int SIGNIFICANT_DIGITS = 3;

    private MicrosHistogram() {}

    static Histogram empty() {
        return new Histogram(LARGEST_MICROS, SIGNIFICANT_DIGITS);
    }

    static Histogram sum(Histogram one, Histogram other) {
        Histogram sum = one.copy();
        sum.add(other);
        return sum;
    }

    /** From {@code [[micros, count], …]}. */
    static Histogram of(List<?> buckets) {
        Histogram histogram = empty();
        for (Object bucket : buckets) {
            if (!(bucket instanceof List<?> pair)
                    || !(pair.get(0) instanceof Long micros)
                    || !(pair.get(1) instanceof Long count)) {
                throw new LabException("not a histogram bucket: " + bucket);
            }
            histogram.recordValueWithCount(micros, count);
        }
        return histogram;
    }
}
