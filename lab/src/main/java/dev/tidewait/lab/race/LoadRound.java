package dev.tidewait.lab.race;

import dev.tidewait.lab.LabException;
import dev.tidewait.lab.LoadPlan;
import dev.tidewait.lab.LoadReport;
import dev.tidewait.lab.Origin;
import dev.tidewait.lab.Pace;
import dev.tidewait.lab.Topology;
import dev.tidewait.ports.Floors;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/** A round of transactions one after the other, as fast as they go or at a rate. Used by one thread. */
@SuppressWarnings("try") // the origin has only to be there
final class LoadRound {
    /** Of what the ports allow without timestamps: each once a floor. */
    private static final double SHARE_OF_POSSIBLE = 0.9;

    private static final int ALL_PORTS = 62_976;
    /** An open loop warms up at this share of its rate: ports that the warm-up used are not to be missing afterwards. */
    private static final double WARM_UP_SHARE = 0.5;

    private final RaceCell cell;
    private final RacePlan plan;
    private final Topology topology;
    private final RaceLoad load;

    LoadRound(RaceCell cell, RacePlan plan, Topology topology) {
        this.cell = cell;
        this.plan = plan;
        this.topology = topology;
        this.load = new RaceLoad(cell, topology);
    }

    RoundRun.Measured run(RaceResults soFar) {
        Optional<Double> asked = asked(soFar);
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        asked.ifPresent(perSecond -> figures.put(Figure.ASKED_PER_SECOND, perSecond));
        try (Origin origin = Servers.start(cell.work(), topology);
                RunningContestant contestant = RunningContestant.start(cell, topology)) {
            if (!plan.warmUp().isZero()) {
                load.run(
                        paced(
                                RaceLoad.Clients.WARM_UP,
                                plan.warmUp(),
                                asked.map(perSecond -> WARM_UP_SHARE * perSecond)),
                        second -> {});
            }
            LoadReport report =
                    measure(load, paced(RaceLoad.Clients.MEASURED, plan.time(cell.work()), asked), contestant, figures);
            return RoundRun.Measured.of(report, figures);
        }
    }

    /** Runs a load, and adds what it gave to the figures. */
    static LoadReport measure(
            RaceLoad load, LoadPlan loadPlan, RunningContestant contestant, Map<Figure, Double> figures) {
        MeasuredTime time = MeasuredTime.start(new ResourceMeter(contestant.program()), loadPlan.duration());
        LoadReport report = load.run(loadPlan, second -> time.onSecond(second.second(), (double) second.done()));
        contestant.requireAlive();
        time.addTo(figures);
        Histogram micros = report.answeredMicros();
        figures.put(Figure.P50_MICROS, (double) micros.getValueAtPercentile(50));
        figures.put(Figure.P99_MICROS, (double) micros.getValueAtPercentile(99));
        figures.put(Figure.P999_MICROS, (double) micros.getValueAtPercentile(99.9));
        return report;
    }

    private LoadPlan paced(RaceLoad.Clients clients, Duration time, Optional<Double> perSecond) {
        LoadPlan fast = load.plan(clients, time);
        return perSecond
                .map(rate -> fast.withPace(new Pace.OpenLoop(rate, RaceLoad.MAX_OUTSTANDING)))
                .orElse(fast);
    }

    /** Rate of an open loop; empty = as fast as it goes. */
    private Optional<Double> asked(RaceResults soFar) {
        if (cell.work() == Work.NO_TIMESTAMPS) {
            return Optional.of(SHARE_OF_POSSIBLE * ALL_PORTS * 1e3 / Floors.DEFAULT.sequenceMillis());
        }
        return cell.work()
                .shareOfOwnBest()
                .map(share -> share
                        * soFar.median(Work.NEW_CLIENT_FIRST, cell.contestant(), Figure.PER_SECOND)
                                .orElseThrow(() -> new LabException("its own (a) must be measured first")));
    }
}
