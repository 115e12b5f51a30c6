package dev.tidewait.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One run of {@code lab sustain}: builds the bed, loads the proxy, takes it down. Used by one thread. */
final class SustainRun {
    private static final int CLIENT_ADDRESSES = 32;
    private static final int MAX_OUTSTANDING = 10_000;

    private final SustainPlan plan;
    private final Consumer<LoadSecond> progress;

    SustainRun(SustainPlan plan, Consumer<LoadSecond> progress) {
        this.plan = plan;
        this.progress = progress;
    }

    SustainResult run() {
        try (Topology topology = Topology.proxied(plan.bed());
                Origin origin = Origin.start(topology.server(), topology.origin());
                ProxyUnderTest proxy =
                        ProxyUnderTest.start(topology.proxy(), proxyPlan(topology), plan.portsSetting());
                Observer observer =
                        Observer.start(topology.server(), topology.serverInterface(), Topology.ORIGIN_PORT)) {
            KernelWatch kernel = KernelWatch.start(topology.proxy());
            long failedInWarmUp = plan.warmUp().isZero() ? 0 : warmUp(topology);
            List<LoadSecond> seconds = new ArrayList<>();
            LoadReport load;
            try (Load clients = Load.start(topology.client(), loadPlan(topology, 1, plan.duration()), second -> {
                seconds.add(second);
                progress.accept(second);
            })) {
                load = clients.await();
            }
            LedgerReport ledger = proxy.ledger();
            long timeWait = kernel.timeWaitTowards(Topology.ORIGIN_PORT);
            KernelReport counters = kernel.report();
            ObserverReport observed = observer.stop();
            proxy.stop();
            AgeComparison ages =
                    AgeComparison.of(observer, observed, proxy, plan.bed().router());
            return new SustainResult(
                    plan,
                    load,
                    steadyPerSecond(seconds),
                    failedInWarmUp,
                    observed,
                    ages,
                    TwoFloors.of(plan, observer),
                    ledger,
                    origin.stop(),
                    timeWait,
                    counters);
        }
    }

    private ProxyUnderTest.Plan proxyPlan(Topology topology) {
        return new ProxyUnderTest.Plan(
                topology.proxyListener(), topology.origin(), topology.proxySources(), plan.settings());
    }

    /** Failures count here as well. */
    private long warmUp(Topology topology) {
        try (Load clients = Load.start(topology.client(), loadPlan(topology, 0.5, plan.warmUp()), second -> {})) {
            LoadReport report = clients.await();
            return report.failed();
        }
    }

    /** Connections served a second in the second half of the run, from the load's own count of each second. */
    private static double steadyPerSecond(List<LoadSecond> seconds) {
        int half = seconds.size() / 2;
        if (half == 0) {
            return 0;
        }
        LoadSecond from = seconds.get(half - 1);
        LoadSecond to = seconds.get(2 * half - 1);
        return (double) (to.done() - from.done()) / (to.second() - from.second());
    }

    private LoadPlan loadPlan(Topology topology, double shareOfRate, Duration duration) {
        Pace pace = plan.ratePerSecond().isPresent()
                ? new Pace.OpenLoop(plan.ratePerSecond().getAsDouble() * shareOfRate, MAX_OUTSTANDING)
                : new Pace.ClosedLoop(plan.closedLoop());
        return LoadPlan.to(topology.proxyListener(), topology.clients(CLIENT_ADDRESSES))
                .withPace(pace)
                .withEndings(plan.endings())
                .withDuration(duration);
    }
}
