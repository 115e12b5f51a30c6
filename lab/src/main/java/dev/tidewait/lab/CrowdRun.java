package dev.tidewait.lab;

import dev.tidewait.lab.crowd.Habit;
import dev.tidewait.lab.crowd.Passage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * One run of {@code lab crowd}: the measured load alone and beside the crowd, in turns, so that whatever else the machine does is in both.
 * Used by one thread.
 */
@SuppressWarnings("try") // the origin has only to be there
final class CrowdRun {
    private static final int MAX_OUTSTANDING = 5_000;
    /** Until the proxy has noticed that the crowd has gone. */
    private static final Duration LEAVING = Duration.ofSeconds(20);

    private static final Duration SETTLING = Duration.ofSeconds(2);
    private static final int DESCRIPTORS_OF_OTHERS = 20;

    private final CrowdPlan plan;
    private final Consumer<String> progress;

    CrowdRun(CrowdPlan plan, Consumer<String> progress) {
        this.plan = plan;
        this.progress = progress;
    }

    CrowdResult run() {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD);
                Origin origin = Origin.start(topology.server(), topology.origin());
                Crowd crowd = Crowd.start(topology);
                ProxyUnderTest proxy = ProxyUnderTest.start(
                        topology.proxy(), configuration(topology), ProxyUnderTest.Manner.AS_DELIVERED)) {
            ProcessWatch process = new ProcessWatch(proxy.program());
            List<CrowdRound> rounds = new ArrayList<>();
            progress.accept("a round whose times do not count: the JVM compiles what is used often");
            rounds.add(round(topology, crowd, process));
            for (int i = 1; i <= plan.rounds(); i++) {
                progress.accept("round " + i + " of " + plan.rounds());
                rounds.add(round(topology, crowd, process));
            }
            proxy.stop();
            return new CrowdResult(plan, rounds);
        }
    }

    private CrowdRound round(Topology topology, Crowd crowd, ProcessWatch process) {
        LoadReport without = load(topology);
        say("alone", without);
        CrowdMemory alone = CrowdMemory.of(process);
        say("alone", alone);
        crowd.come(Habit.IDLE, plan.passage(), plan.idle());
        CrowdMemory idle = CrowdMemory.of(process);
        say("with " + plan.idle() + " idle", idle);
        plan.members().forEach((habit, count) -> {
            if (habit != Habit.IDLE) {
                crowd.come(habit, plan.passage(), count);
            }
        });
        CrowdMemory full = CrowdMemory.of(process);
        say("with " + plan.slow() + " slow ones more", full);
        // The programs that have just been started are not what is measured.
        long settled = System.nanoTime() + SETTLING.toNanos();
        while (System.nanoTime() < settled) {
            LockSupport.parkNanos(settled - System.nanoTime());
        }
        LoadReport with = load(topology);
        say("beside the crowd", with);
        CrowdMemory later = CrowdMemory.of(process);
        say("after " + plan.phase().toSeconds() + " s", later);
        List<Crowd.Report> reports = crowd.leave();
        long end = System.nanoTime() + LEAVING.toNanos();
        while (process.descriptors() > alone.descriptors() + DESCRIPTORS_OF_OTHERS && System.nanoTime() < end) {
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
        CrowdMemory left = CrowdMemory.of(process);
        say("when the crowd has gone", left);
        return new CrowdRound(without, with, alone, idle, full, later, left, reports);
    }

    private LoadReport load(Topology topology) {
        String target = LoadPlan.endpoint(topology.origin());
        LoadPlan through = LoadPlan.to(topology.proxyListener(), topology.clients(Crowd.MEASURED_ADDRESSES));
        LoadPlan load = switch (plan.passage()) {
            case TUNNEL -> through.withConnectTo(target);
            case HTTP -> through.withHttp(HttpRequests.DIRECT.withProxyTo(target));
        };
        load = load.withPace(new Pace.OpenLoop(plan.perSecond(), MAX_OUTSTANDING))
                .withDuration(plan.phase());
        try (Load clients = Load.start(topology.client(), load, second -> {})) {
            return clients.await();
        }
    }

    private String configuration(Topology topology) {
        String ports = plan.passage() == Passage.TUNNEL ? "connect-ports" : "http-ports";
        return String.join(
                        "\n",
                        "listeners:",
                        "  - { name: lab, type: http-proxy, bind: \"" + LoadPlan.endpoint(topology.proxyListener())
                                + "\" }",
                        "access: { allow: [10.71.0.0/16], " + ports + ": [" + Topology.ORIGIN_PORT + ", "
                                + Crowd.serverPort() + "] }",
                        // What is kept for later requests shall be gone before somebody looks at what the crowd left.
                        "timeouts: { drain: 1s" + (plan.passage() == Passage.HTTP ? ", serverIdle: 5s" : "") + " }")
                + "\n";
    }

    private void say(String when, LoadReport load) {
        progress.accept(String.format(
                Locale.ROOT,
                "  %-28s %,d connections, %,d failed %s, p50 %.2f ms, p99 %.2f ms",
                when,
                load.done(),
                load.failed(),
                load.failures(),
                load.answeredMicros().getValueAtPercentile(50) / 1e3,
                load.answeredMicros().getValueAtPercentile(99) / 1e3));
    }

    private void say(String when, CrowdMemory memory) {
        progress.accept(String.format(
                Locale.ROOT,
                "  %-28s live heap %.1f MB, memory %,d MB, %,d descriptors",
                when,
                memory.liveHeapBytes() / (double) (1 << 20),
                memory.residentBytes() >> 20,
                memory.descriptors()));
    }
}
