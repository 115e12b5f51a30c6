package dev.tidewait.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One run of {@code lab sustain}: builds the bed, loads the proxy, takes it down. Used by one thread. */
final class SustainRun {
    private static final int CLIENT_ADDRESSES = 32;
    private static final int MAX_OUTSTANDING = 10_000;
    private static final int MOST_LOOKS = 10;

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
            return measure(topology, origin, proxy, observer);
        }
    }

    private SustainResult measure(Topology topology, Origin origin, ProxyUnderTest proxy, Observer observer) {
        KernelWatch kernel = KernelWatch.start(topology.proxy());
        List<LoadSecond> seconds = new ArrayList<>();
        try (BucketWatch buckets = bucketWatch(topology, kernel)) {
            Map<String, Long> failedInWarmUp = plan.warmUp().isZero() ? Map.of() : warmUp(topology, buckets);
            LoadReport load = load(topology, buckets, seconds);
            LedgerReport ledger = proxy.ledger();
            long timeWait = kernel.timeWaitTowards(Topology.ORIGIN_PORT);
            for (int i = 0;
                    i < MOST_LOOKS && hasMoved(ledger.timeWait(), proxy.ledger().timeWait());
                    i++) {
                ledger = proxy.ledger();
                timeWait = kernel.timeWaitTowards(Topology.ORIGIN_PORT);
            }
            LedgerReport atEnd = ledger;
            long oldestMillis = kernel.oldestTimeWaitMillis(Topology.ORIGIN_PORT);
            Optional<BucketWatch.Report> bucketReport =
                    Optional.ofNullable(buckets).map(watch -> watch.report(atEnd.destroyed(), oldestMillis));
            KernelReport counters = kernel.report();
            ObserverReport observed = observer.stop();
            proxy.stop();
            return new SustainResult(
                    plan,
                    load,
                    steadyPerSecond(seconds),
                    failedInWarmUp,
                    observed,
                    AgeComparison.of(observer, observed, proxy, plan.bed().router()),
                    TwoFloors.of(plan, observer),
                    ledger,
                    origin.stop(),
                    timeWait,
                    counters,
                    bucketReport);
        }
    }

    /** Between two looks some may have been destroyed by rule 5, or ended their 60 s; then the looks cannot be compared. */
    private static boolean hasMoved(long before, long after) {
        return Math.abs(after - before) > 0.002 * before;
    }

    /** Null where there are buckets enough for everything. */
    private @Nullable BucketWatch bucketWatch(Topology topology, KernelWatch kernel) {
        return plan.buckets().isEmpty()
                ? null
                : BucketWatch.start(
                        topology,
                        plan.buckets().getAsInt(),
                        kernel,
                        plan.warmUp().plus(plan.duration()));
    }

    private LoadReport load(Topology topology, @Nullable BucketWatch buckets, List<LoadSecond> seconds) {
        try (Load clients = Load.start(topology.client(), loadPlan(topology, 1, plan.duration()), second -> {
            seconds.add(second);
            progress.accept(second);
            look(buckets);
        })) {
            return clients.await();
        }
    }

    private static void look(@Nullable BucketWatch buckets) {
        if (buckets != null) {
            buckets.look();
        }
    }

    private ProxyUnderTest.Plan proxyPlan(Topology topology) {
        return new ProxyUnderTest.Plan(
                topology.proxyListener(),
                plan.http().isPresent() ? Optional.empty() : Optional.of(topology.origin()),
                topology.proxySources(),
                plan.settings());
    }

    /** Failures count here as well. */
    private Map<String, Long> warmUp(Topology topology, @Nullable BucketWatch buckets) {
        try (Load clients =
                Load.start(topology.client(), loadPlan(topology, 0.5, plan.warmUp()), second -> look(buckets))) {
            return clients.await().failures();
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
        LoadPlan load = LoadPlan.to(topology.proxyListener(), topology.clients(CLIENT_ADDRESSES))
                .withPace(pace)
                .withEndings(plan.endings())
                .withDuration(duration);
        return plan.http()
                .map(http -> load.withHttp(HttpRequests.DIRECT
                        .withProxyTo(LoadPlan.endpoint(topology.origin()))
                        .withPerConnection(http.perConnection())))
                .orElse(load);
    }
}
