package dev.tidewait.app.admin;

import static dev.tidewait.app.admin.Families.count;
import static dev.tidewait.app.admin.Families.counter;
import static dev.tidewait.app.admin.Families.gauge;
import static dev.tidewait.app.admin.Families.value;
import static dev.tidewait.app.admin.Families.word;

import dev.tidewait.app.program.HookReport;
import dev.tidewait.hook.DestinationRow;
import dev.tidewait.hook.HookSnapshot;
import dev.tidewait.hook.LeftAlone;
import dev.tidewait.hook.NoPort;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The connects of a program under the rule as metrics. Any thread. As of the proxy, {@value PortMetricFamilies#MOST_DESTINATIONS} destinations have
 * their own series, those with the most connects; the others are summed.
 */
public final class HookMetricFamilies implements MetricFamilies {
    private static final String OTHER = "other";

    private final Supplier<HookReport> report;

    public HookMetricFamilies(Supplier<HookReport> report) {
        this.report = report;
    }

    @Override
    public List<MetricSnapshot> snapshots() {
        HookReport now = report.get();
        HookSnapshot counted = now.snapshot();
        CounterSnapshot.Builder alone =
                counter("tidewait_hook_left_alone", "Connects that the hook did not look at further, by reason.");
        for (LeftAlone reason : LeftAlone.values()) {
            alone.dataPoint(count(counted.leftAlone(reason), Labels.of("reason", word(reason))));
        }
        CounterSnapshot.Builder noPort =
                counter("tidewait_hook_no_port", "Connects for which there was no port, by reason.");
        for (NoPort reason : NoPort.values()) {
            noPort.dataPoint(count(counted.noPort(reason), Labels.of("reason", word(reason))));
        }
        List<MetricSnapshot> families = new ArrayList<>(destinations(counted.destinations()));
        families.add(alone.build());
        families.add(noPort.build());
        families.add(single("tidewait_hook_connects", "Connects that got one of our ports.", counted.connects()));
        families.add(single(
                "tidewait_hook_kernel_chose",
                "Connects left to the kernel for want of a port.",
                counted.kernelChose()));
        families.add(
                single("tidewait_hook_refused", "Connects refused for want of a port (strict).", counted.refused()));
        families.add(single(
                "tidewait_hook_bind_errors",
                "Binds that the kernel refused; such a connect tries other ports.",
                counted.bindErrors()));
        families.add(single("tidewait_time_wait_destroyed", "TIME_WAIT sockets destroyed.", counted.destroys()));
        families.add(single(
                "tidewait_hook_destroys_refused",
                "TIME_WAIT sockets that the kernel did not destroy.",
                counted.destroysRefused()));
        families.add(single(
                "tidewait_hook_endings_lost",
                "Endings that found no room on their way to the one who destroys.",
                counted.endingsLost()));
        families.add(gauge("tidewait_ports_usable", "Ports that may be used, for each source and destination.")
                .dataPoint(value(now.ports().size(), Labels.EMPTY))
                .build());
        families.add(gauge("tidewait_destinations", "Pairs of a source and a destination.")
                .dataPoint(value(counted.destinations().size(), Labels.EMPTY))
                .build());
        return families;
    }

    private static MetricSnapshot single(String name, String help, long number) {
        return counter(name, help).dataPoint(count(number, Labels.EMPTY)).build();
    }

    private static List<MetricSnapshot> destinations(List<DestinationRow> rows) {
        CounterSnapshot.Builder connects = counter(
                "tidewait_hook_destination_connects",
                "Connects that got one of our ports, by what its four-tuple was.");
        CounterSnapshot.Builder destroyed =
                counter("tidewait_hook_destination_destroyed", "TIME_WAIT sockets destroyed ahead of their reuse.");
        CounterSnapshot.Builder tried = counter("tidewait_hook_candidates_tried", "Four-tuples looked at to find one.");
        CounterSnapshot.Builder kernel =
                counter("tidewait_hook_destination_kernel_chose", "Connects left to the kernel for want of a port.");
        GaugeSnapshot.Builder age = gauge(
                "tidewait_hook_age_at_reuse_seconds", "Age of four-tuples that were used again: least, median, most.");
        int own = Math.min(PortMetricFamilies.MOST_DESTINATIONS, rows.size());
        for (DestinationRow row : rows.subList(0, own)) {
            Labels labels = Labels.of(
                    "destination",
                    row.destination().toString(),
                    "source",
                    row.source().toString());
            add(connects, destroyed, tried, kernel, labels, List.of(row));
            if (row.reuses() > 0) {
                age.dataPoint(value(row.ageMinMillis() / 1e3, labels.add("quantile", "0")));
                age.dataPoint(value(row.ageMedianMillis() / 1e3, labels.add("quantile", "0.5")));
                age.dataPoint(value(row.ageMaxMillis() / 1e3, labels.add("quantile", "1")));
            }
        }
        if (own < rows.size()) {
            Labels other = Labels.of("destination", OTHER, "source", OTHER);
            add(connects, destroyed, tried, kernel, other, rows.subList(own, rows.size()));
        }
        return List.of(connects.build(), destroyed.build(), tried.build(), kernel.build(), age.build());
    }

    private static void add(
            CounterSnapshot.Builder connects,
            CounterSnapshot.Builder destroyed,
            CounterSnapshot.Builder tried,
            CounterSnapshot.Builder kernel,
            Labels labels,
            List<DestinationRow> rows) {
        long neverUsed = rows.stream().mapToLong(DestinationRow::neverUsed).sum();
        long steals = rows.stream().mapToLong(DestinationRow::steals).sum();
        long afterClose = rows.stream().mapToLong(DestinationRow::afterClose).sum();
        connects.dataPoint(count(neverUsed, labels.add("tuple", "never_used")));
        connects.dataPoint(count(steals, labels.add("tuple", "time_wait")));
        connects.dataPoint(count(afterClose, labels.add("tuple", "closed")));
        destroyed.dataPoint(
                count(rows.stream().mapToLong(DestinationRow::destroys).sum(), labels));
        tried.dataPoint(
                count(rows.stream().mapToLong(DestinationRow::candidatesTried).sum(), labels));
        kernel.dataPoint(
                count(rows.stream().mapToLong(DestinationRow::kernelChose).sum(), labels));
    }
}
