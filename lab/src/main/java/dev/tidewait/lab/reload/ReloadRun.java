package dev.tidewait.lab.reload;

import dev.tidewait.lab.KernelWatch;
import dev.tidewait.lab.LabException;
import dev.tidewait.lab.Namespace;
import dev.tidewait.lab.Observer;
import dev.tidewait.lab.Origin;
import dev.tidewait.lab.ProcessWatch;
import dev.tidewait.lab.ProxyUnderTest;
import dev.tidewait.lab.Topology;
import dev.tidewait.lab.TopologyPlan;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One run of {@code lab reload}: requests at a fixed rate and connections that live long, while the configuration is read again and again.
 * Used by one thread.
 */
@SuppressWarnings("try") // the origin and the other program's socket have only to be there
final class ReloadRun {
    private static final Duration WARM_UP = Duration.ofSeconds(2);
    /** Longer than the proxy keeps a server connection that nobody uses. */
    private static final Duration QUIET_DEADLINE = Duration.ofSeconds(30);

    private static final Duration DESCRIPTORS_DEADLINE = Duration.ofSeconds(5);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final ReloadPlan plan;
    private final Consumer<ReloadReport> progress;

    /** @param progress told after each reload */
    ReloadRun(ReloadPlan plan, Consumer<ReloadReport> progress) {
        this.plan = plan;
        this.progress = progress;
    }

    ReloadResult run() {
        try {
            Path folder = Files.createTempDirectory("tidewait-lab-reload-");
            try {
                return run(folder);
            } finally {
                remove(folder);
            }
        } catch (IOException e) {
            throw new LabException("cannot write the proxy's files: " + e.getMessage(), e);
        }
    }

    private ReloadResult run(Path folder) throws IOException {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD)) {
            SteadyWays ways = new SteadyWays(topology);
            ConfigurationText first = ConfigurationText.first(
                    new Places(topology.proxyListener(), topology.proxySources().getFirst(), folder));
            Files.writeString(first.places().userFile(), first.users());
            try (Origin origin = Origin.start(topology.server(), topology.origin());
                    SteadyServer server = SteadyServer.start(topology.server(), ways.server());
                    ServerSocket taken = listen(topology.proxy(), first.places().taken());
                    ProxyUnderTest proxy =
                            ProxyUnderTest.start(topology.proxy(), first.yaml(), ProxyUnderTest.Manner.AS_DELIVERED);
                    Observer observer =
                            Observer.start(topology.server(), topology.serverInterface(), Topology.ORIGIN_PORT);
                    SteadyConnections steady = new SteadyConnections(server)) {
                return measure(topology, ways, first, proxy, observer, steady);
            }
        }
    }

    private ReloadResult measure(
            Topology topology,
            SteadyWays ways,
            ConfigurationText first,
            ProxyUnderTest proxy,
            Observer observer,
            SteadyConnections steady) {
        ProcessWatch process = new ProcessWatch(proxy.program());
        try (Traffic warmUp = Traffic.start(topology, plan.perSecond(), WARM_UP)) {
            warmUp.await();
        }
        holds(QUIET_DEADLINE, () -> LedgerLook.at(proxy).leased() == 0);
        int descriptorsBefore = process.descriptors();
        for (int i = 0; i < plan.steady(); i++) {
            for (SteadyConnection.Use use : SteadyConnection.Use.values()) {
                steady.open(use, ways.through(topology.proxyListener()));
            }
        }
        try (Traffic traffic = Traffic.start(topology, plan.perSecond(), plan.duration())) {
            long begin = System.nanoTime();
            List<ReloadReport> reloads = new ArrayList<>();
            Reloads maker = new Reloads(proxy, new Trial(ways, steady));
            for (Step step : Step.steps(first, plan.reloads())) {
                reach(begin
                        + (long) ((step.number() - 0.5)
                                / plan.reloads()
                                * plan.duration().toNanos()));
                ReloadReport report = maker.make(step);
                reloads.add(report);
                progress.accept(report);
            }
            boolean isUnderLoad = System.nanoTime() - begin < plan.duration().toNanos();
            Traffic.Report requests = traffic.await();
            SteadyConnections.Report lives = steady.finish();
            holds(QUIET_DEADLINE, () -> LedgerLook.at(proxy).leased() == 0);
            LedgerLook atEnd = LedgerLook.at(proxy);
            long timeWait = KernelWatch.start(topology.proxy()).timeWaitTowards(Topology.ORIGIN_PORT)
                    + KernelWatch.start(topology.proxy())
                            .timeWaitTowards(ways.server().getPort());
            holds(DESCRIPTORS_DEADLINE, () -> process.descriptors() <= descriptorsBefore);
            int descriptorsAfter = process.descriptors();
            proxy.stop();
            return new ReloadResult(
                    plan,
                    reloads,
                    requests.single(),
                    requests.kept(),
                    isUnderLoad,
                    lives,
                    observer.stop(),
                    atEnd,
                    timeWait,
                    descriptorsBefore,
                    descriptorsAfter);
        }
    }

    private static ServerSocket listen(Namespace namespace, InetSocketAddress address) {
        return namespace.call(() -> new ServerSocket(address.getPort(), 1, address.getAddress()));
    }

    /** Whether it holds before the deadline. */
    private static boolean holds(Duration deadline, BooleanSupplier condition) {
        long end = System.nanoTime() + deadline.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return true;
    }

    private static void reach(long nanoTime) {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
