package dev.tidewait.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Measures one line of the table in namespaces of its own. Used by one thread. */
final class TableRun {
    private static final int CLIENT_ADDRESSES = 8;
    private static final int MAX_OUTSTANDING = 16_000;

    private final TablePlan plan;
    private final ExecutorService threads;
    private final Consumer<String> progress;

    TableRun(TablePlan plan, ExecutorService threads, Consumer<String> progress) {
        this.plan = plan;
        this.threads = threads;
        this.progress = progress;
    }

    TableLine run() {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD);
                Origin origin = Origin.start(topology.server(), topology.origin());
                ProxyUnderTest proxy =
                        ProxyUnderTest.start(topology.proxy(), proxyPlan(topology), plan.portsSetting());
                Observer observer =
                        Observer.start(topology.server(), topology.serverInterface(), Topology.ORIGIN_PORT)) {
            LoadReport warmUp = load(topology, plan.sustainablePerSecond() / 2, plan.warmUp());
            progress.accept(plan.name() + ": " + plan.sustainFor().toSeconds() + " s at "
                    + Math.round(plan.sustainablePerSecond()) + "/s");
            LoadReport below = load(topology, plan.sustainablePerSecond(), plan.sustainFor());
            Above above = plan.fixed().isPresent() ? above(topology, proxy) : new Above(-1, -1, 0);
            ObserverReport observed = observer.stop();
            proxy.stop();
            origin.stop();
            return new TableLine(
                    plan,
                    below.rate(),
                    below.failed() + below.notStarted() + warmUp.failed(),
                    observed.youngestNanos(),
                    observed.agesMicros().getMean() * 1e3,
                    observed.oldestNanos(),
                    observed.lostShare(),
                    above.servedPerSecond,
                    above.lineGrowthPerSecond,
                    above.failed);
        }
    }

    /** What happened above the limit. */
    private record Above(double servedPerSecond, double lineGrowthPerSecond, long failed) {}

    /** One look at the line. */
    private record Look(long nanos, long leases, long waiting) {}

    /**
     * From the moment at which somebody stands in line every port is leased or cools, so the next turn uses each exactly once. But not
     * evenly: what is released fast in one turn comes back fast in the next. So whole turns are measured.
     */
    private Above above(Topology topology, ProxyUnderTest proxy) {
        progress.accept(plan.name() + ": " + Math.round(plan.excessivePerSecond())
                + "/s, until a line has formed and for "
                + plan.measureFor().toSeconds() + " s more");
        Duration longest = plan.longestUntilLine().plus(plan.measureFor()).plusSeconds(10);
        try (Load load = start(topology, plan.excessivePerSecond(), longest)) {
            Look first = lookAfter(proxy, Duration.ZERO);
            long deadline = first.nanos + plan.longestUntilLine().toNanos();
            while (first.waiting == 0 && first.nanos < deadline) {
                first = lookAfter(proxy, plan.turn().dividedBy(20));
            }
            Look last = lookAfter(proxy, plan.measureFor());
            double seconds = (last.nanos - first.nanos) / 1e9;
            return new Above(
                    (last.leases - first.leases) / seconds,
                    (last.waiting - first.waiting) / seconds,
                    load.stop().failed());
        }
    }

    /** The proxy's own count after {@code delay}: each lease is one connection served. */
    private Look lookAfter(ProxyUnderTest proxy, Duration delay) {
        return CompletableFuture.supplyAsync(
                        () -> {
                            LedgerReport ledger = proxy.ledger();
                            long leases = ledger.leasesPerSource().stream()
                                    .mapToLong(Long::longValue)
                                    .sum();
                            return new Look(System.nanoTime(), leases, ledger.waiting());
                        },
                        CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS, threads))
                .join();
    }

    private LoadReport load(Topology topology, double perSecond, Duration duration) {
        try (Load load = start(topology, perSecond, duration)) {
            return load.await();
        }
    }

    private Load start(Topology topology, double perSecond, Duration duration) {
        // In the line a connection waits for a tenth of a turn and more.
        LoadPlan loadPlan = LoadPlan.to(topology.proxyListener(), topology.clients(CLIENT_ADDRESSES))
                .withPace(new Pace.OpenLoop(perSecond, MAX_OUTSTANDING))
                .withDuration(duration)
                .withDeadline(plan.turn().plusSeconds(10));
        return Load.start(topology.client(), loadPlan, second -> {});
    }

    private ProxyUnderTest.Plan proxyPlan(Topology topology) {
        List<String> settings = new ArrayList<>();
        settings.add("timeouts: { portWait: " + plan.turn().plusSeconds(10).toSeconds() + "s }");
        plan.fixed().ifPresent(length -> settings.add("timeWait: { fixed: " + length.toSeconds() + "s }"));
        return new ProxyUnderTest.Plan(
                topology.proxyListener(), Optional.of(topology.origin()), topology.proxySources(), settings);
    }
}
