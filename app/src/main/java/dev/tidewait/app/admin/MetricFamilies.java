package dev.tidewait.app.admin;

import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;

/** A part of {@code /metrics}. Asked on the admin server's own thread. */
@FunctionalInterface
public interface MetricFamilies {
    /** Every family with its values now. */
    List<MetricSnapshot> snapshots();
}
