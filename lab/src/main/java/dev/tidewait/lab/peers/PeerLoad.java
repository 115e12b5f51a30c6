package dev.tidewait.lab.peers;

import dev.tidewait.lab.Load;
import dev.tidewait.lab.LoadPlan;
import dev.tidewait.lab.LoadReport;
import dev.tidewait.lab.LoadSecond;
import dev.tidewait.lab.Pace;
import dev.tidewait.lab.Topology;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** The clients of one cell. Used by one thread. */
final class PeerLoad {
    private static final int CLIENT_ADDRESSES = 32;
    private static final int IN_FLIGHT = 64;
    private static final int MAX_OUTSTANDING = 4_096;
    private static final int FLOORS_AFTERWARDS = 2;

    private final PeerCell cell;
    private final PeersPlan plan;
    private final Topology topology;

    PeerLoad(PeerCell cell, PeersPlan plan, Topology topology) {
        this.cell = cell;
        this.plan = plan;
        this.topology = topology;
    }

    /**
     * What came of it. Do not change the histograms.
     *
     * @param report of the cell's time
     * @param outages whole seconds in which nothing was done
     * @param failedAfterwards see {@link PeerOutcome}
     */
    record Result(LoadReport report, int outages, OptionalLong failedAfterwards) {}

    /** @param onSecond told how it goes, by a thread of its own */
    Result run(Consumer<LoadSecond> onSecond) {
        Duration duration = plan.duration(cell.demand());
        Pace pace = cell.demand()
                .perSecond(plan.ports())
                .<Pace>map(perSecond -> new Pace.OpenLoop(perSecond, MAX_OUTSTANDING))
                .orElseGet(() -> new Pace.ClosedLoop(IN_FLIGHT));
        SecondsSeen seconds = new SecondsSeen();
        LoadReport report = run(pace, duration, seconds.andThen(onSecond));
        OptionalLong failedAfterwards =
                cell.demand() == Demand.ABOVE ? OptionalLong.of(failedAfterwards()) : OptionalLong.empty();
        return new Result(report, seconds.outages(duration), failedAfterwards);
    }

    private long failedAfterwards() {
        SecondsSeen seconds = new SecondsSeen();
        double floorSeconds = Demand.floorSeconds();
        LoadReport report = run(
                new Pace.OpenLoop(Demand.afterwards(plan.ports()), MAX_OUTSTANDING),
                Duration.ofSeconds(Math.round(FLOORS_AFTERWARDS * floorSeconds)),
                seconds);
        return seconds.failedAfter(floorSeconds, report.failed());
    }

    private LoadReport run(Pace pace, Duration duration, Consumer<LoadSecond> onSecond) {
        LoadPlan load = LoadPlan.to(topology.proxyListener(), topology.clients(CLIENT_ADDRESSES))
                .withPace(pace)
                .withDuration(duration);
        try (Load running = Load.start(topology.client(), cell.program().speak(load, topology), onSecond)) {
            return running.await();
        }
    }
}
