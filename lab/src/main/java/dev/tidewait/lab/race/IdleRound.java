package dev.tidewait.lab.race;

import dev.tidewait.lab.Origin;
import dev.tidewait.lab.Topology;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** A round of nothing: how much memory is in use before anybody came, and with many tunnels that do nothing? Used by one thread. */
@SuppressWarnings("try") // the origin has only to be there
final class IdleRound {
    private static final int TUNNELS = 8_000;

    private final RaceCell cell;
    private final Topology topology;

    IdleRound(RaceCell cell, Topology topology) {
        this.cell = cell;
        this.topology = topology;
    }

    RoundRun.Measured run() {
        try (Origin origin = Origin.start(topology.server(), topology.origin());
                LiveConnections tunnels = new LiveConnections(topology);
                RunningContestant contestant = RunningContestant.start(cell, topology)) {
            ResourceMeter meter = new ResourceMeter(contestant.program());
            Map<Figure, Double> figures = new EnumMap<>(Figure.class);
            figures.put(Figure.IDLE_MIB, meter.residentMiB());
            tunnels.open(new RaceLoad(cell, topology).plan(RaceLoad.Clients.LIVE, Duration.ofSeconds(1)), TUNNELS);
            contestant.requireAlive();
            figures.put(Figure.RESIDENT_MIB, meter.residentMiB());
            return new RoundRun.Measured(TUNNELS, 0, "{}", figures);
        }
    }
}
