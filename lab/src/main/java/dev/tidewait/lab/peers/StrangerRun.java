package dev.tidewait.lab.peers;

import dev.tidewait.lab.Load;
import dev.tidewait.lab.LoadPlan;
import dev.tidewait.lab.LoadReport;
import dev.tidewait.lab.Origin;
import dev.tidewait.lab.Pace;
import dev.tidewait.lab.Topology;
import dev.tidewait.lab.TopologyPlan;
import dev.tidewait.lab.product.TidewaitRun;
import dev.tidewait.lab.program.PeerProgram;
import dev.tidewait.lab.program.RunningPeer;
import java.time.Duration;

/**
 * One program on a host that nobody tuned, under {@code tidewait run} as somebody would type it who has read no further than its first line.
 * Used by one thread.
 */
final class StrangerRun {
    /** Nobody touched the program's host. */
    static final TopologyPlan BED = TopologyPlan.STANDARD.withKernelDefaults();

    private static final int CLIENT_ADDRESSES = 32;
    private static final int MAX_OUTSTANDING = 1_000;
    /** What the machine must be able to carry beyond what is asked, so that what fails is not for want of it. */
    private static final double RESERVE = 1.25;

    private static final double NEARLY_ALL = 0.98;
    private static final Duration TRIAL = Duration.ofSeconds(3);

    private final StrangerPlan plan;

    StrangerRun(StrangerPlan plan) {
        this.plan = plan;
    }

    /** With clients in front of it. */
    StrangerResult run(PeerProgram program) {
        try (Topology topology = Topology.proxied(BED);
                Origin origin = Origin.start(topology.server(), topology.origin());
                TidewaitRun run = TidewaitRun.asItComes();
                Bystander bystander = Bystander.start(topology.proxy(), topology.origin())) {
            LoadReport trial;
            LoadReport load;
            double asked;
            try (RunningPeer peer = RunningPeer.start(topology, program, "", run::around)) {
                trial = load(topology, program, RESERVE * plan.perSecond(), TRIAL);
                asked = trial.rate() >= NEARLY_ALL * RESERVE * plan.perSecond()
                        ? plan.perSecond()
                        : Math.min(plan.perSecond(), trial.rate() / RESERVE);
                load = load(topology, program, asked, plan.duration());
                peer.requireAlive();
            }
            // Before the server that it visits.
            Bystander.Count outside = bystander.stop();
            origin.stop();
            return new StrangerResult(
                    program.toString(),
                    asked,
                    load.done(),
                    load.failed() + load.notStarted() + trial.failed(),
                    load.rate(),
                    load.failures() + " " + trial.failures(),
                    run.count(),
                    outside);
        }
    }

    /** Which connects for itself. */
    StrangerResult runPython() {
        try (Topology topology = Topology.proxied(BED);
                Origin origin = Origin.start(topology.server(), topology.origin());
                TidewaitRun run = TidewaitRun.asItComes();
                Bystander bystander = Bystander.start(topology.proxy(), topology.origin())) {
            PythonClient.Report report = PythonClient.run(topology, plan.perSecond(), plan.duration(), run::around);
            // Before the server that it visits.
            Bystander.Count outside = bystander.stop();
            origin.stop();
            return new StrangerResult(
                    "python client",
                    plan.perSecond(),
                    report.done(),
                    report.failed(),
                    report.done() / report.seconds(),
                    report.failures(),
                    run.count(),
                    outside);
        }
    }

    private static LoadReport load(Topology topology, PeerProgram program, double perSecond, Duration duration) {
        LoadPlan load = LoadPlan.to(topology.proxyListener(), topology.clients(CLIENT_ADDRESSES))
                .withPace(new Pace.OpenLoop(perSecond, MAX_OUTSTANDING))
                .withDuration(duration);
        try (Load running = Load.start(topology.client(), program.speak(load, topology), second -> {})) {
            return running.await();
        }
    }
}
