package dev.tidewait.app.admin;

import static dev.tidewait.app.admin.Families.count;
import static dev.tidewait.app.admin.Families.counter;
import static dev.tidewait.app.admin.Families.gauge;
import static dev.tidewait.app.admin.Families.value;
import static dev.tidewait.app.admin.Families.word;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;

/** The listeners' counters as metrics, labelled with the listener's name. Any thread. */
final class ListenerMetricFamilies implements MetricFamilies {
    private final ProxyCounters counters;

    ListenerMetricFamilies(ProxyCounters counters) {
        this.counters = counters;
    }

    @Override
    public List<MetricSnapshot> snapshots() {
        CounterSnapshot.Builder accepted =
                counter("tidewait_client_connections_accepted", "Connections that clients opened.");
        GaugeSnapshot.Builder active = gauge("tidewait_exchanges_active", "Exchanges that have not ended.");
        CounterSnapshot.Builder connects = counter("tidewait_server_connects", "Connections opened to servers.");
        CounterSnapshot.Builder failures =
                counter("tidewait_server_connect_failures", "Connections to servers that failed, by reason.");
        CounterSnapshot.Builder nameFailures =
                counter("tidewait_name_failures", "Names of servers that led to no address, by reason.");
        CounterSnapshot.Builder endings = counter("tidewait_exchanges_ended", "Exchanges that ended, by cause.");
        CounterSnapshot.Builder bytes =
                counter("tidewait_relayed_bytes", "Bytes relayed; up is from the client, down from the server.");
        HistogramSnapshot.Builder connectTime = HistogramSnapshot.builder()
                .name("tidewait_server_connect_seconds")
                .help("Time to open a connection to a server, waiting for a port included.");
        HistogramSnapshot.Builder portWait = HistogramSnapshot.builder()
                .name("tidewait_port_wait_seconds")
                .help("Time in line for a source port, of connections that were opened.");
        for (ListenerCounters one : counters.listeners()) {
            Labels listener = Labels.of("listener", one.listener);
            accepted.dataPoint(count(one.accepted.sum(), listener));
            active.dataPoint(value(one.active(), listener));
            connects.dataPoint(count(one.connected.sum(), listener));
            one.connectFailures.forEach(
                    (reason, number) -> failures.dataPoint(count(number.sum(), listener.add("reason", word(reason)))));
            one.nameFailures.forEach(
                    (why, number) -> nameFailures.dataPoint(count(number.sum(), listener.add("reason", word(why)))));
            one.endings.forEach(
                    (cause, number) -> endings.dataPoint(count(number.sum(), listener.add("cause", word(cause)))));
            bytes.dataPoint(count(one.bytesUp.sum(), listener.add("direction", "up")));
            bytes.dataPoint(count(one.bytesDown.sum(), listener.add("direction", "down")));
            connectTime.dataPoint(one.connectTime.snapshot(listener));
            portWait.dataPoint(one.portWait.snapshot(listener));
        }
        return List.of(
                accepted.build(),
                active.build(),
                connects.build(),
                failures.build(),
                nameFailures.build(),
                endings.build(),
                bytes.build(),
                connectTime.build(),
                portWait.build());
    }
}
