package dev.tidewait.app.admin;

import static dev.tidewait.app.admin.Families.count;
import static dev.tidewait.app.admin.Families.counter;

import dev.tidewait.app.accesslog.AccessLogCounters;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;

/** What became of the access log's lines. Any thread. */
public final class AccessLogMetricFamilies implements MetricFamilies {
    private final AccessLogCounters counters;

    public AccessLogMetricFamilies(AccessLogCounters counters) {
        this.counters = counters;
    }

    @Override
    public List<MetricSnapshot> snapshots() {
        return List.of(
                counter("tidewait_access_log_lines", "Lines of the access log that were written.")
                        .dataPoint(count(counters.written(), Labels.EMPTY))
                        .build(),
                counter(
                                "tidewait_access_log_lost_lines",
                                "Lines that are not in the access log: too many were in line, or writing failed.")
                        .dataPoint(count(counters.dropped(), Labels.of("reason", "line_full")))
                        .dataPoint(count(counters.failed(), Labels.of("reason", "write_failed")))
                        .build());
    }
}
