package dev.tidewait.app.admin;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code /metrics} in Prometheus' text format. Any thread.
 *
 * <p>Counting happens in plain adders and the snapshots of the metrics library are made when somebody asks, so that neither the start nor a
 * connection pays for it.
 */
public final class MetricsPage implements Page {
    private static final PrometheusTextFormatWriter WRITER = PrometheusTextFormatWriter.create();

    private final List<MetricFamilies> parts = new ArrayList<>();

    /** Of these parts alone. */
    public MetricsPage(MetricFamilies... parts) {
        this.parts.addAll(List.of(parts));
    }

    /** Of the proxy. */
    public MetricsPage(ProxyCounters listeners, OutgoingCounters outgoing, PortsView view, MetricFamilies... others) {
        parts.add(new ListenerMetricFamilies(listeners));
        parts.add(new PortMetricFamilies(outgoing, view));
        parts.addAll(List.of(others));
    }

    @Override
    public Answer answer() throws IOException {
        List<MetricSnapshot> families = new ArrayList<>();
        parts.forEach(part -> families.addAll(part.snapshots()));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        WRITER.write(body, new MetricSnapshots(families), EscapingScheme.DEFAULT);
        return new Answer(200, PrometheusTextFormatWriter.CONTENT_TYPE, body.toByteArray());
    }
}
