package dev.tidewait.app.admin;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/** A histogram of times with fixed limits, cheap to count in. Any thread. */
final class Buckets {
    private final long[] limitMicros;
    private final LongAdder[] counts;
    private final LongAdder sumMicros = new LongAdder();

    /** @param limitSeconds upper limits, ascending; what is longer is counted without a limit */
    Buckets(double... limitSeconds) {
        limitMicros = Arrays.stream(limitSeconds)
                .mapToLong(seconds -> Math.round(seconds * 1e6))
                .toArray();
        counts = new LongAdder[limitMicros.length + 1];
        Arrays.setAll(counts, i -> new LongAdder());
    }

    void count(long micros) {
        int bucket = 0;
        while (bucket < limitMicros.length && micros > limitMicros[bucket]) {
            bucket++;
        }
        counts[bucket].increment();
        sumMicros.add(micros);
    }

    HistogramDataPointSnapshot snapshot(Labels labels) {
        double[] limits = new double[counts.length];
        Number[] now = new Number[counts.length];
        for (int i = 0; i < counts.length; i++) {
            limits[i] = i < limitMicros.length ? limitMicros[i] / 1e6 : Double.POSITIVE_INFINITY;
            now[i] = counts[i].sum();
        }
        return HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(ClassicHistogramBuckets.of(limits, now))
                .sum(sumMicros.sum() / 1e6)
                .labels(labels)
                .build();
    }
}
