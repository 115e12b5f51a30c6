package dev.tidewait.lab.peers;

import dev.tidewait.lab.LabException;
import dev.tidewait.lab.LeashedProcess;
import dev.tidewait.lab.Load;
import dev.tidewait.lab.LoadPlan;
import dev.tidewait.lab.LoadReport;
import dev.tidewait.lab.LoadSecond;
import dev.tidewait.lab.Namespace;
import dev.tidewait.lab.Origin;
import dev.tidewait.lab.Pace;
import dev.tidewait.lab.SourceRing;
import dev.tidewait.lab.Topology;
import dev.tidewait.lab.product.TidewaitProgram;
import dev.tidewait.lab.product.TidewaitRun;
import dev.tidewait.lab.program.PeerProgram;
import dev.tidewait.lab.program.RunningPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * SIGKILL of {@code tidewait run} around HAProxy while connections are open and others come and go. What it leaves behind must harm nobody, the
 * program goes on, and its connects go the kernel's way. Used by one thread.
 */
final class KillRun {
    /** Longer than the TIME_WAIT of whatever Tidewait had bound. */
    static final Duration AFTERWARDS = Duration.ofSeconds(65);

    private static final int CLIENT_ADDRESSES = 32;
    private static final int MIDDLE_PORT = 32_768;
    private static final int RUNNING = 200;
    private static final int MAX_OUTSTANDING = 1_000;
    /** The kernel's own ports last for 14 s at 2,000/s: enough for the seconds after it. */
    private static final Duration SHORT_ONES = Duration.ofSeconds(8);

    private static final int KILLED_AT_SECOND = 4;
    private static final Duration HOLD = Duration.ofSeconds(8);
    private static final Duration END_DEADLINE = Duration.ofSeconds(10);

    private final StrangerPlan plan;
    private final Duration afterwards;

    /** @param afterwards for which the process outside goes on; {@link #AFTERWARDS} says something */
    KillRun(StrangerPlan plan, Duration afterwards) {
        this.plan = plan;
        this.afterwards = afterwards;
    }

    KillResult run() {
        try (Topology topology = Topology.proxied(StrangerRun.BED);
                Origin origin = Origin.start(topology.server(), topology.origin());
                TidewaitRun run = TidewaitRun.asItComes();
                Bystander bystander = Bystander.start(topology.proxy(), topology.origin());
                RunningPeer peer = RunningPeer.start(
                        topology, PeerProgram.HAPROXY, "", command -> outlived(run.around(command)))) {
            ProcessHandle tidewait = peer.program().children().findFirst().orElseThrow();
            List<ProcessHandle> programs = tidewait.descendants().toList();
            try {
                KillResult result = kill(topology, tidewait, bystander);
                origin.stop();
                return result;
            } finally {
                end(programs);
                removeWhatIsLeft(topology.proxy());
            }
        }
    }

    /** Whoever started Tidewait stays, as a shell does; else its end would be that of the program too. */
    private static List<String> outlived(List<String> command) {
        List<String> outlived = new ArrayList<>(List.of("sh", "-c", "\"$@\"; exec sleep 3600", "sh"));
        outlived.addAll(command);
        return outlived;
    }

    private KillResult kill(Topology topology, ProcessHandle tidewait, Bystander bystander) {
        SourceRing clients = topology.clients(CLIENT_ADDRESSES);
        SourceRing low = new SourceRing(clients.first(), clients.addressCount(), clients.portLow(), MIDDLE_PORT - 1);
        SourceRing high = new SourceRing(clients.first(), clients.addressCount(), MIDDLE_PORT, clients.portHigh());
        LoadPlan longOnes = LoadPlan.to(topology.proxyListener(), low)
                .withPace(new Pace.ClosedLoop(RUNNING))
                .withDuration(Duration.ofSeconds(1))
                .withHold(HOLD);
        LoadPlan shortOnes = LoadPlan.to(topology.proxyListener(), high)
                .withPace(new Pace.OpenLoop(plan.perSecond(), MAX_OUTSTANDING))
                .withDuration(SHORT_ONES);
        try (Load running = Load.start(topology.client(), longOnes, second -> {});
                Load others = Load.start(topology.client(), shortOnes, second -> killAt(second, tidewait))) {
            LoadReport shortReport = others.await();
            LoadReport runningReport = running.await();
            if (tidewait.isAlive()) {
                throw new LabException("tidewait run survived its SIGKILL");
            }
            return new KillResult(
                    runningReport.done(),
                    runningReport.failed(),
                    shortReport.done(),
                    shortReport.failed() + shortReport.notStarted(),
                    bystander.goOnFor(afterwards));
        }
    }

    private static void killAt(LoadSecond second, ProcessHandle tidewait) {
        if (second.second() == KILLED_AT_SECOND) {
            tidewait.destroyForcibly();
        }
    }

    /** A cgroup without anybody in it, which the next {@code tidewait run} removes. */
    private static void removeWhatIsLeft(Namespace namespace) {
        try (LeashedProcess next = LeashedProcess.start(
                namespace,
                "tidewait run",
                END_DEADLINE,
                line -> {},
                TidewaitProgram.command(List.of("run", "--", "true")))) {
            next.awaitOutput(END_DEADLINE);
        }
    }

    /** They belong to nobody any more. */
    private static void end(List<ProcessHandle> programs) {
        programs.forEach(ProcessHandle::destroy);
        try {
            CompletableFuture.allOf(programs.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                    .get(END_DEADLINE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            programs.forEach(ProcessHandle::destroyForcibly);
        } catch (InterruptedException e) {
            programs.forEach(ProcessHandle::destroyForcibly);
            Thread.currentThread().interrupt();
        }
    }
}
