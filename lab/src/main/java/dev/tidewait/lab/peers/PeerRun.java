package dev.tidewait.lab.peers;

import dev.tidewait.lab.KernelWatch;
import dev.tidewait.lab.LoadReport;
import dev.tidewait.lab.Origin;
import dev.tidewait.lab.Topology;
import dev.tidewait.lab.TopologyPlan;
import dev.tidewait.lab.product.HookCount;
import dev.tidewait.lab.product.TidewaitRun;
import dev.tidewait.lab.program.RunningPeer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Measures one cell in namespaces of its own. Used by one thread. */
final class PeerRun {
    private final PeerCell cell;
    private final PeersPlan plan;
    private final Duration duration;

    PeerRun(PeerCell cell, PeersPlan plan) {
        this.cell = cell;
        this.plan = plan;
        this.duration = plan.duration(cell.demand());
    }

    PeerOutcome run() {
        long begin = System.nanoTime();
        try (Topology topology = Topology.proxied(bed());
                Origin origin = Origin.start(topology.server(), topology.origin())) {
            if (cell.setUp() == SetUp.TW_REUSE) {
                topology.proxy().sysctl("net.ipv4.tcp_tw_reuse", "1");
            }
            Measured measured = measure(topology);
            origin.stop();
            LoadReport load = measured.load.report();
            return new PeerOutcome(
                    cell,
                    cell.demand().perSecond(plan.ports()).orElse(0.0),
                    load.done(),
                    load.failed() + load.notStarted(),
                    load.done() / Math.max(load.elapsedSeconds(), (double) duration.toSeconds()),
                    load.answeredMicros().getValueAtPercentile(50),
                    load.answeredMicros().getValueAtPercentile(99),
                    measured.load.outages(),
                    load.failures().toString(),
                    measured.resets,
                    measured.timeWait,
                    measured.hook,
                    measured.reaper,
                    measured.load.failedAfterwards(),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
        }
    }

    private TopologyPlan bed() {
        TopologyPlan bed = TopologyPlan.STANDARD.withTimestamps(true, true, cell.timestamps());
        return cell.setUp().choosesPorts()
                ? bed
                : bed.withAutomaticPorts(plan.ports().automaticRange());
    }

    private record Measured(
            PeerLoad.Result load, long resets, long timeWait, Optional<HookCount> hook, Optional<ReapCount> reaper) {
        Measured with(HookCount count) {
            return new Measured(load, resets, timeWait, Optional.of(count), reaper);
        }

        Measured with(ReapCount count) {
            return new Measured(load, resets, timeWait, hook, Optional.of(count));
        }
    }

    private Measured measure(Topology topology) {
        PeerLoad load = new PeerLoad(cell, plan, topology);
        return switch (cell.setUp()) {
            case AS_SHIPPED, TW_REUSE, EXPLICIT -> alone(topology, load);
            case RUN -> underRun(topology, load);
            case REAP -> besideReap(topology, load);
        };
    }

    private Measured alone(Topology topology, PeerLoad load) {
        String source = cell.setUp() == SetUp.EXPLICIT
                ? topology.proxySources().getFirst().getHostAddress() + ":"
                        + plan.ports().chosenRange(cell.demand())
                : "";
        try (RunningPeer peer = RunningPeer.start(topology, cell.program(), source, command -> command)) {
            KernelWatch kernel = KernelWatch.start(topology.proxy());
            PeerLoad.Result result = load.run(second -> {});
            peer.requireAlive();
            return measured(result, kernel);
        }
    }

    private Measured underRun(Topology topology, PeerLoad load) {
        try (TidewaitRun run = TidewaitRun.withPorts(plan.ports().chosenRange(cell.demand()))) {
            Measured measured;
            try (RunningPeer peer = RunningPeer.start(topology, cell.program(), "", run::around)) {
                KernelWatch kernel = KernelWatch.start(topology.proxy());
                PeerLoad.Result result = load.run(second -> {});
                peer.requireAlive();
                measured = measured(result, kernel);
            }
            return measured.with(run.count());
        }
    }

    private Measured besideReap(Topology topology, PeerLoad load) {
        try (RunningPeer peer = RunningPeer.start(topology, cell.program(), "", command -> command);
                TidewaitReap reap = TidewaitReap.start(topology.proxy(), reapOptions())) {
            CpuWatch cpu = new CpuWatch(reap.program(), duration);
            KernelWatch kernel = KernelWatch.start(topology.proxy());
            PeerLoad.Result result = load.run(cpu);
            double share = cpu.share();
            peer.requireAlive();
            return measured(result, kernel).with(new ReapCount(reap.stop(), share));
        }
    }

    private static Measured measured(PeerLoad.Result result, KernelWatch kernel) {
        return new Measured(
                result,
                kernel.report().resetsSent(),
                kernel.timeWaitTowards(Topology.ORIGIN_PORT),
                Optional.empty(),
                Optional.empty());
    }

    /** Without facts {@code reap} keeps to 15 s; whoever knows what the server does may say so. */
    private List<String> reapOptions() {
        if (cell.demand() == Demand.PACED) {
            return List.of();
        }
        return List.of("--floor", cell.timestamps() ? "1s" : "5s");
    }
}
