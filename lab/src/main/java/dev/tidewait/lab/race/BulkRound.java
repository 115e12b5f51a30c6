package dev.tidewait.lab.race;

import dev.tidewait.lab.Bulk;
import dev.tidewait.lab.Topology;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

/** A round of bytes without end; a transaction is a MiB. Used by one thread. */
@SuppressWarnings("try") // the server has only to be there
final class BulkRound {
    private static final double BYTES_PER_MIB = 1 << 20;
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final RaceCell cell;
    private final RacePlan plan;
    private final Topology topology;
    private final int connections;

    BulkRound(RaceCell cell, RacePlan plan, Topology topology, int connections) {
        this.cell = cell;
        this.plan = plan;
        this.topology = topology;
        this.connections = connections;
    }

    RoundRun.Measured run() {
        try (Bulk server = Bulk.serve(topology.server(), topology.origin());
                RunningContestant contestant = RunningContestant.start(cell, topology)) {
            if (!plan.warmUp().isZero()) {
                ask(plan.warmUp(), second -> {});
            }
            MeasuredTime time = MeasuredTime.start(new ResourceMeter(contestant.program()), plan.roundTime());
            Bulk.Report report =
                    ask(plan.roundTime(), second -> time.onSecond(second.second(), second.bytes() / BYTES_PER_MIB));
            contestant.requireAlive();
            Map<Figure, Double> figures = new EnumMap<>(Figure.class);
            time.addTo(figures);
            return new RoundRun.Measured(
                    Math.round(time.done()),
                    report.ended(),
                    report.ended() == 0 ? "{}" : "{ended=" + report.ended() + "}",
                    figures);
        }
    }

    private Bulk.Report ask(Duration duration, Consumer<Bulk.Second> onSecond) {
        try (Bulk clients = Bulk.ask(topology.client(), topology.proxyListener(), connections, duration, onSecond)) {
            return clients.await(duration.plus(GRACE));
        }
    }
}
