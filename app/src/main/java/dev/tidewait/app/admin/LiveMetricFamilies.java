package dev.tidewait.app.admin;

import static dev.tidewait.app.admin.Families.count;
import static dev.tidewait.app.admin.Families.counter;
import static dev.tidewait.app.admin.Families.word;

import dev.tidewait.evidence.late.AgeBuckets;
import dev.tidewait.evidence.late.AgeCounts;
import dev.tidewait.evidence.late.LateHistogram;
import dev.tidewait.evidence.late.LateKind;
import dev.tidewait.evidence.live.LiveClass;
import dev.tidewait.evidence.live.LiveSnapshot;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.function.Supplier;

/**
 * A live watch as metrics: histograms by age, whose buckets are the same on every host, so that they add up over a fleet. The text format has no native
 * histograms, so these are classic ones; only combinations of labels that have occurred have a series. No addresses. Any thread.
 */
public final class LiveMetricFamilies implements MetricFamilies {
    private final Supplier<LiveSnapshot> latest;

    public LiveMetricFamilies(Supplier<LiveSnapshot> latest) {
        this.latest = latest;
    }

    @Override
    public List<MetricSnapshot> snapshots() {
        LiveSnapshot seen = latest.get();
        HistogramSnapshot.Builder late = histogram(
                "tidewait_late_segment_age_seconds",
                "Segments that came after their connection's end, by age since then.");
        HistogramSnapshot.Builder latest = gauges(
                "tidewait_late_connection_age_seconds",
                "Connections with late segments, by the age of the last one of any kind (kind=\"any\") or of the last FIN or data.");
        CounterSnapshot.Builder ended =
                counter("tidewait_late_ended_connections", "Connections that ended, by how and how far away.");
        for (LiveClass one : seen.classes()) {
            Labels labels = Labels.of("ending", word(one.ending()), "round_trip", word(one.roundTrip()));
            if (one.ended() > 0) {
                ended.dataPoint(count(one.ended(), labels));
                latest.dataPoint(point(one.latest(), labels.add("kind", "any")));
                latest.dataPoint(point(one.latestNeeding(), labels.add("kind", "fin_or_data")));
            }
            byKind(late, one.late(), labels);
        }
        HistogramSnapshot.Builder rejected = histogram(
                "tidewait_late_rejected_age_seconds",
                "Segments of a former incarnation that met the next one, by age since the former one's end.");
        byKind(rejected, seen.rejected(), Labels.EMPTY);
        HistogramSnapshot.Builder watched = gauges(
                "tidewait_late_watched_seconds",
                "Connections with both FINs, by how long they were watched until now.");
        watched.dataPoint(point(seen.whole().watched(), Labels.EMPTY));
        return List.of(
                late.build(),
                latest.build(),
                ended.build(),
                rejected.build(),
                watched.build(),
                counter("tidewait_late_segments_seen", "TCP segments that came in by the device.")
                        .dataPoint(count(seen.segments(), Labels.EMPTY))
                        .build(),
                counter("tidewait_late_segments_lost", "Late segments that came too fast to be counted.")
                        .dataPoint(count(seen.lost(), Labels.EMPTY))
                        .build());
    }

    private static HistogramSnapshot.Builder histogram(String name, String help) {
        return HistogramSnapshot.builder().name(name).help(help);
    }

    /** What is in a bucket may move to a later one. */
    private static HistogramSnapshot.Builder gauges(String name, String help) {
        return histogram(name, help).gaugeHistogram(true);
    }

    private static void byKind(HistogramSnapshot.Builder family, LateHistogram histogram, Labels labels) {
        for (LateKind kind : LateKind.values()) {
            if (histogram.of(kind).total() > 0) {
                family.dataPoint(point(histogram.of(kind), labels.add("kind", word(kind))));
            }
        }
    }

    private static HistogramDataPointSnapshot point(AgeCounts counts, Labels labels) {
        int[] upperMillis = AgeBuckets.upperMillis();
        double[] limits = new double[AgeBuckets.count()];
        Number[] numbers = new Number[limits.length];
        for (int i = 0; i < limits.length; i++) {
            limits[i] = i < upperMillis.length ? upperMillis[i] / 1e3 : Double.POSITIVE_INFINITY;
            numbers[i] = counts.get(i);
        }
        return HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(ClassicHistogramBuckets.of(limits, numbers))
                .labels(labels)
                .build();
    }
}
