package dev.tidewait.app.admin;

import static dev.tidewait.app.admin.Families.count;
import static dev.tidewait.app.admin.Families.counter;
import static dev.tidewait.app.admin.Families.gauge;
import static dev.tidewait.app.admin.Families.value;
import static dev.tidewait.app.admin.Families.word;

import dev.tidewait.app.floor.MeasuredFloor;
import dev.tidewait.ports.PoolSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.List;

/**
 * Ledgers and outgoing connections as metrics. Any thread.
 *
 * <p>A forward proxy has any number of destinations and a metrics store must not: the {@value #MOST_DESTINATIONS} most endangered ones have their
 * own series, all others are summed under {@code destination="other"}.
 */
final class PortMetricFamilies implements MetricFamilies {
    static final int MOST_DESTINATIONS = 50;
    private static final String OTHER = "other";

    private final OutgoingCounters counters;
    private final PortsView view;

    PortMetricFamilies(OutgoingCounters counters, PortsView view) {
        this.counters = counters;
        this.view = view;
    }

    @Override
    public List<MetricSnapshot> snapshots() {
        List<PoolSnapshot> pools = Danger.sorted(view.pools());
        List<MetricSnapshot> families = new ArrayList<>(destinations(pools));
        CounterSnapshot.Builder closed =
                counter("tidewait_outgoing_closed", "Outgoing connections that ended, by how they were closed.");
        counters.closed.forEach(
                (close, number) -> closed.dataPoint(count(number.sum(), Labels.of("close", word(close)))));
        families.add(closed.build());
        families.add(counter("tidewait_outgoing_opened", "Outgoing connections opened.")
                .dataPoint(count(counters.opened.sum(), Labels.EMPTY))
                .build());
        families.add(HistogramSnapshot.builder()
                .name("tidewait_age_at_reuse_seconds")
                .help("Age of four-tuples that were used again.")
                .dataPoint(counters.ageAtReuse.snapshot(Labels.EMPTY))
                .build());
        families.add(counter("tidewait_time_wait_destroyed", "TIME_WAIT sockets destroyed.")
                .dataPoint(count(view.destroyedCount(), Labels.EMPTY))
                .build());
        families.add(gauge("tidewait_destinations", "Destinations that have a ledger.")
                .dataPoint(value(pools.size(), Labels.EMPTY))
                .build());
        families.add(gauge("tidewait_ports_usable", "Ports that may be leased, for each source and destination.")
                .dataPoint(value(view.usable().size(), Labels.EMPTY))
                .build());
        families.addAll(measured(view.measuredFloors()));
        return families;
    }

    /** Nothing where nobody wrote {@code floor: measured}. */
    private static List<MetricSnapshot> measured(List<MeasuredFloor> places) {
        if (places.isEmpty()) {
            return List.of();
        }
        GaugeSnapshot.Builder floors = gauge(
                "tidewait_measured_floor_seconds",
                "Floor without timestamps after both FINs where the configuration says measured.");
        GaugeSnapshot.Builder usable = gauge(
                "tidewait_measured_floor_report_usable",
                "1 if its report is taken over, 0 if the default floors apply: it is missing, damaged, too old or too small, or asks for no more.");
        for (MeasuredFloor one : places) {
            Labels place = Labels.of("place", one.place());
            floors.dataPoint(value(one.floorMillis() / 1e3, place));
            usable.dataPoint(value(one.isTakenOver() ? 1 : 0, place));
        }
        return List.of(floors.build(), usable.build());
    }

    private static List<MetricSnapshot> destinations(List<PoolSnapshot> pools) {
        GaugeSnapshot.Builder states = gauge("tidewait_ports", "Ports towards a destination, by state.");
        GaugeSnapshot.Builder waiting = gauge("tidewait_ports_waiting", "Connects in line for a port.");
        GaugeSnapshot.Builder rate = gauge("tidewait_lease_rate", "Leases per second, mean of the last 10 s.");
        GaugeSnapshot.Builder left = gauge(
                "tidewait_time_to_exhaustion_seconds",
                "When the ports will be used up at this rate; +Inf = not in sight.");
        int own = Math.min(MOST_DESTINATIONS, pools.size());
        for (PoolSnapshot pool : pools.subList(0, own)) {
            String name = pool.destination().toString();
            states(states, name, List.of(pool));
            Labels destination = Labels.of("destination", name);
            waiting.dataPoint(value(pool.waiting(), destination));
            rate.dataPoint(value(pool.leaseRatePerSecond(), destination));
            left.dataPoint(value(Danger.secondsLeft(pool), destination));
        }
        List<PoolSnapshot> rest = pools.subList(own, pools.size());
        if (!rest.isEmpty()) {
            Labels other = Labels.of("destination", OTHER);
            states(states, OTHER, rest);
            waiting.dataPoint(
                    value(rest.stream().mapToInt(PoolSnapshot::waiting).sum(), other));
            rate.dataPoint(value(
                    rest.stream().mapToDouble(PoolSnapshot::leaseRatePerSecond).sum(), other));
            left.dataPoint(
                    value(rest.stream().mapToDouble(Danger::secondsLeft).min().orElseThrow(), other));
        }
        return List.of(states.build(), waiting.build(), rate.build(), left.build());
    }

    private static void states(GaugeSnapshot.Builder family, String destination, List<PoolSnapshot> pools) {
        long leased = 0;
        long cooling = 0;
        long headroom = 0;
        long aside = 0;
        for (PoolSnapshot pool : pools) {
            leased += pool.leased();
            cooling += pool.cooling();
            headroom += pool.headroom();
            aside += pool.aside();
        }
        family.dataPoint(value(leased, Labels.of("destination", destination, "state", "leased")))
                .dataPoint(value(cooling, Labels.of("destination", destination, "state", "cooling")))
                .dataPoint(value(headroom, Labels.of("destination", destination, "state", "headroom")))
                .dataPoint(value(aside, Labels.of("destination", destination, "state", "aside")));
    }
}
