package dev.tidewait.app.admin;

import static dev.tidewait.app.admin.Families.count;
import static dev.tidewait.app.admin.Families.counter;
import static dev.tidewait.app.admin.Families.gauge;
import static dev.tidewait.app.admin.Families.value;

import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Which configuration applies, and how the last reload went, as metrics. Any thread. */
public final class ReloadCounters implements MetricFamilies {
    private static final double MILLIS_PER_SECOND = 1e3;

    private final AtomicLong applied = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private volatile boolean lastApplied = true;
    private volatile long lastMillis;

    /**
     * The configuration that was read at this moment applies; the first time at the start.
     *
     * @return its generation: 1 at the start, one more with each reload
     */
    public long applied(long nowMillis) {
        lastApplied = true;
        lastMillis = nowMillis;
        return applied.incrementAndGet();
    }

    /** A reload was refused. */
    public void refused(long nowMillis) {
        lastApplied = false;
        lastMillis = nowMillis;
        refused.incrementAndGet();
    }

    public long generation() {
        return applied.get();
    }

    @Override
    public List<MetricSnapshot> snapshots() {
        return List.of(
                gauge("tidewait_configuration_generation", "1 since the start, one more with each reload that applied.")
                        .dataPoint(value(applied.get(), Labels.EMPTY))
                        .build(),
                gauge(
                                "tidewait_reload_last_success",
                                "1 if the last reload, or the start, applied; 0 if it was refused.")
                        .dataPoint(value(lastApplied ? 1L : 0L, Labels.EMPTY))
                        .build(),
                gauge("tidewait_reload_last_time_seconds", "When that was, in seconds since 1970.")
                        .dataPoint(value(lastMillis / MILLIS_PER_SECOND, Labels.EMPTY))
                        .build(),
                counter("tidewait_reloads_refused", "Reloads that were refused.")
                        .dataPoint(count(refused.get(), Labels.EMPTY))
                        .build());
    }
}
