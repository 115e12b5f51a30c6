package dev.tidewait.app.admin;

import static dev.tidewait.app.admin.Families.count;
import static dev.tidewait.app.admin.Families.counter;
import static dev.tidewait.app.admin.Families.gauge;
import static dev.tidewait.app.admin.Families.value;
import static dev.tidewait.app.admin.Families.word;

import dev.tidewait.proxy.names.NameStatistics;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.function.Supplier;

/** What became of look-ups of names, all listeners together. Any thread. */
public final class NameMetricFamilies implements MetricFamilies {
    private final Supplier<NameStatistics> statistics;

    public NameMetricFamilies(Supplier<NameStatistics> statistics) {
        this.statistics = statistics;
    }

    @Override
    public List<MetricSnapshot> snapshots() {
        NameStatistics now = statistics.get();
        CounterSnapshot.Builder failures = counter(
                "tidewait_name_lookup_failures", "Look-ups that led to no address and were waited for, by reason.");
        now.failures().forEach((why, number) -> failures.dataPoint(count(number, Labels.of("reason", word(why)))));
        return List.of(
                counter("tidewait_name_lookups", "Look-ups of names, by where the answer came from.")
                        .dataPoint(count(now.fromHosts(), Labels.of("source", "hosts")))
                        .dataPoint(count(now.fromCache(), Labels.of("source", "cache")))
                        .dataPoint(count(now.joined(), Labels.of("source", "shared_question")))
                        .dataPoint(count(now.asked(), Labels.of("source", "own_question")))
                        .build(),
                failures.build(),
                gauge("tidewait_names_cached", "Names in the cache.")
                        .dataPoint(value(now.cachedNames(), Labels.EMPTY))
                        .build(),
                gauge("tidewait_name_questions_active", "Names that are being asked for.")
                        .dataPoint(value(now.underWay(), Labels.EMPTY))
                        .build());
    }
}
