package dev.tidewait.lab.race;

import dev.tidewait.lab.LoadReport;
import dev.tidewait.lab.Origin;
import dev.tidewait.lab.Pace;
import dev.tidewait.lab.Topology;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** A round at a low rate from a block of 10,000 ports, in which no port was used before, or none is left that was not. Used by one thread. */
@SuppressWarnings("try") // the origins have only to be there
final class ConnectRound {
    private static final int LIVE = 2_000;
    private static final int COOLING = 8_000;
    private static final double PER_SECOND = 1_000;
    /** All of the cooling ones have their turn in 2 s, and in 8 s again: above the floor with timestamps, below the ceiling. */
    private static final double FILL_PER_SECOND = 4_000;

    private static final int IN_FLIGHT = 64;

    private final RaceCell cell;
    private final RacePlan plan;
    private final Topology topology;
    private final RaceLoad load;

    ConnectRound(RaceCell cell, RacePlan plan, Topology topology) {
        this.cell = cell;
        this.plan = plan;
        this.topology = topology;
        this.load = new RaceLoad(cell, topology);
    }

    RoundRun.Measured run() {
        try (Origin origin = Origin.start(topology.server(), topology.origin());
                Origin ofWarmUp = Origin.start(topology.server(), WarmUpPlace.origin(topology));
                LiveConnections live = new LiveConnections(topology);
                RunningContestant contestant = RunningContestant.start(cell, topology)) {
            warmUp();
            if (cell.work() == Work.CONNECT_COOLING) {
                live.open(load.plan(RaceLoad.Clients.LIVE, plan.roundTime()), LIVE);
                useTheOthers();
            }
            Map<Figure, Double> figures = new EnumMap<>(Figure.class);
            figures.put(Figure.ASKED_PER_SECOND, PER_SECOND);
            LoadReport report = LoadRound.measure(
                    load,
                    load.plan(RaceLoad.Clients.MEASURED, plan.roundTime())
                            .withPace(new Pace.OpenLoop(PER_SECOND, RaceLoad.MAX_OUTSTANDING)),
                    contestant,
                    figures);
            return RoundRun.Measured.of(report, figures);
        }
    }

    private void warmUp() {
        if (!plan.warmUp().isZero()) {
            load.run(
                    load.plan(
                            WarmUpPlace.listener(topology),
                            RaceLoad.Clients.WARM_UP,
                            new Pace.ClosedLoop(IN_FLIGHT),
                            plan.warmUp()),
                    second -> {});
        }
    }

    private void useTheOthers() {
        load.run(
                load.plan(
                                RaceLoad.Clients.WARM_UP,
                                Duration.ofSeconds(Math.round(Math.ceil(COOLING / FILL_PER_SECOND)) + 1))
                        .withPace(new Pace.OpenLoop(FILL_PER_SECOND, RaceLoad.MAX_OUTSTANDING))
                        .withLimit(COOLING),
                second -> {});
    }
}
