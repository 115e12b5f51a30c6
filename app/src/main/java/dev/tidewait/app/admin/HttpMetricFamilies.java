package dev.tidewait.app.admin;

import static dev.tidewait.app.admin.Families.count;
import static dev.tidewait.app.admin.Families.counter;
import static dev.tidewait.app.admin.Families.gauge;
import static dev.tidewait.app.admin.Families.value;
import static dev.tidewait.app.admin.Families.word;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.function.IntSupplier;

/** HTTP requests, and how often one needed a connection, and so a port, of its own. Any thread. */
public final class HttpMetricFamilies implements MetricFamilies {
    private final ProxyCounters counters;
    private final IntSupplier idleConnections;

    /** @param idleConnections server connections that wait for a request; any thread */
    public HttpMetricFamilies(ProxyCounters counters, IntSupplier idleConnections) {
        this.counters = counters;
        this.idleConnections = idleConnections;
    }

    @Override
    public List<MetricSnapshot> snapshots() {
        CounterSnapshot.Builder requests =
                counter("tidewait_http_requests", "HTTP requests of clients, CONNECT and those refused included.");
        CounterSnapshot.Builder sent = counter(
                "tidewait_http_requests_sent",
                "HTTP requests sent to servers, by connection: fresh, reused, or repeated over a fresh one because the"
                        + " reused one had ended.");
        for (ListenerCounters one : counters.listeners()) {
            Labels listener = Labels.of("listener", one.listener);
            requests.dataPoint(count(one.requests.sum(), listener));
            one.requestsSent.forEach(
                    (over, number) -> sent.dataPoint(count(number.sum(), listener.add("connection", word(over)))));
        }
        return List.of(
                requests.build(),
                sent.build(),
                gauge("tidewait_server_connections_idle", "HTTP server connections that wait for a request.")
                        .dataPoint(value(idleConnections.getAsInt(), Labels.EMPTY))
                        .build());
    }
}
