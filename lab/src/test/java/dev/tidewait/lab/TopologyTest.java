package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.linux.NetworkNamespace;
import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NeedsRoot
@SuppressWarnings("try") // an origin has only to be there
class TopologyTest {
    private static final int TRANSACTIONS = 500;

    @Test
    void shouldLeaveNothingBehind() throws Exception {
        Set<String> interfacesBefore = interfaces();
        Set<Long> made = new HashSet<>();
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD.withRouter(true));
                Origin origin = Origin.start(topology.server(), topology.origin())) {
            for (Namespace namespace : new Namespace[] {
                topology.client(), topology.proxy(), topology.router().orElseThrow(), topology.server()
            }) {
                made.add(namespace.call(NetworkNamespace::currentInode));
            }
            assertThat(namespacesInUse()).containsAll(made);
        }

        Eventually.holds("no thread is in a namespace of the bed", Duration.ofSeconds(5), () -> {
            Set<Long> left = namespacesInUse();
            left.retainAll(made);
            return left.isEmpty();
        });
        assertThat(interfaces()).isEqualTo(interfacesBefore);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldKeepTimeWaitWhereTheProxyClosesFirst(boolean ipv6) {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD.withIpv6(ipv6));
                Origin origin = Origin.start(topology.server(), topology.origin())) {
            KernelWatch kernel = KernelWatch.start(topology.proxy());

            LoadReport report = fromProxy(topology, CloseOrder.CLIENT, 1024, 63_999);

            assertThat(report.done()).isEqualTo(TRANSACTIONS);
            assertThat(kernel.timeWaitTowards(Topology.ORIGIN_PORT)).isEqualTo(TRANSACTIONS);
            assertThat(kernel.timeWaitCount()).isEqualTo(TRANSACTIONS);
            assertThat(kernel.report())
                    .returns(0L, KernelReport::timeWaitOverflows)
                    .returns(0L, KernelReport::resetsSent);
            assertThat(origin.stop().endedByClient()).isEqualTo(TRANSACTIONS);
        }
    }

    @Test
    void shouldKeepNoTimeWaitAtTheProxyWhereTheServerClosesFirst() {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD);
                Origin origin = Origin.start(topology.server(), topology.origin())) {
            KernelWatch proxy = KernelWatch.start(topology.proxy());

            LoadReport report = fromProxy(topology, CloseOrder.SERVER, 1024, 63_999);

            assertThat(report.done()).isEqualTo(TRANSACTIONS);
            assertThat(proxy.timeWaitTowards(Topology.ORIGIN_PORT)).isZero();
            assertThat(KernelWatch.start(topology.server()).timeWaitCount()).isEqualTo(TRANSACTIONS);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldMasqueradeWithARouter(boolean ipv6) {
        try (Topology topology =
                        Topology.proxied(TopologyPlan.STANDARD.withIpv6(ipv6).withRouter(true));
                Origin origin = Origin.start(topology.server(), topology.origin());
                Observer observer =
                        Observer.start(topology.server(), topology.serverInterface(), Topology.ORIGIN_PORT)) {
            LoadReport report = fromProxy(topology, CloseOrder.CLIENT, 1024, 63_999);

            assertThat(report.failures()).isEmpty();
            assertThat(report.done()).isEqualTo(TRANSACTIONS);
            assertThat(observer.stop().groups())
                    .extracting(ObserverReport.Group::source)
                    .containsExactly(ipv6 ? "fd71:0:0:3::fe" : "10.71.3.254");
        }
    }

    @Test
    void shouldReuseFourTuplesThroughARouter() {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD.withRouter(true));
                Origin origin = Origin.start(topology.server(), topology.origin());
                Observer observer =
                        Observer.start(topology.server(), topology.serverInterface(), Topology.ORIGIN_PORT)) {
            KernelWatch kernel = KernelWatch.start(topology.proxy());

            LoadReport report = fromProxy(topology, CloseOrder.CLIENT, 2000, 2049);

            assertThat(report.done()).isEqualTo(TRANSACTIONS);
            assertThat(kernel.report().synRetransmissions()).isZero();
            assertThat(observer.stop())
                    .returns((long) TRANSACTIONS - 50, ObserverReport::reuses)
                    .returns(0L, ObserverReport::challengeAcks);
        }
    }

    @Test
    void shouldLetConnectTakeOverTimeWaitOnlyWithTimestampsOnBothSides() {
        TopologyPlan plan = TopologyPlan.STANDARD;
        int ports = 10;
        try (Topology topology = Topology.proxied(plan);
                Origin origin = Origin.start(topology.server(), topology.origin())) {
            KernelWatch kernel = KernelWatch.start(topology.proxy());
            LoadReport report = fromProxy(topology, CloseOrder.CLIENT, 2000, 1999 + ports);
            assertThat(report.done()).isEqualTo(TRANSACTIONS);
            assertThat(kernel.report().timeWaitTakenOver()).isEqualTo(TRANSACTIONS - ports);
        }
        try (Topology topology = Topology.proxied(plan.withTimestamps(true, true, false));
                Origin origin = Origin.start(topology.server(), topology.origin())) {
            LoadReport report = fromProxy(topology, CloseOrder.CLIENT, 2000, 1999 + ports);
            assertThat(report.done()).isEqualTo(ports);
            assertThat(report.failures()).containsOnlyKeys("no_port");
        }
    }

    @Test
    void shouldConnectFromEverySourceOfTheProxy() {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD.withProxySources(3));
                Origin origin = Origin.start(topology.server(), topology.origin());
                Observer observer =
                        Observer.start(topology.server(), topology.serverInterface(), Topology.ORIGIN_PORT)) {
            SourceRing sources = new SourceRing(topology.proxySources().getFirst(), 3, 5000, 5009);
            try (Load load =
                    Load.start(topology.proxy(), plan(topology, sources).withLimit(30), second -> {})) {
                assertThat(load.await().done()).isEqualTo(30);
            }
            assertThat(observer.stop().groups())
                    .extracting(ObserverReport.Group::source)
                    .containsExactlyInAnyOrderElementsOf(topology.proxySources().stream()
                            .map(source -> source.getHostAddress())
                            .toList());
        }
    }

    /** Closed loop, one in flight, straight from the proxy's namespace. */
    private static LoadReport fromProxy(Topology topology, CloseOrder close, int portLow, int portHigh) {
        SourceRing sources = new SourceRing(topology.proxySources().getFirst(), 1, portLow, portHigh);
        LoadPlan plan = plan(topology, sources).withEnding(close).withLimit(TRANSACTIONS);
        try (Load load = Load.start(topology.proxy(), plan, second -> {})) {
            return load.await();
        }
    }

    private static LoadPlan plan(Topology topology, SourceRing sources) {
        return LoadPlan.to(topology.origin(), sources).withPace(new Pace.ClosedLoop(1));
    }

    private static Set<String> interfaces() throws IOException {
        return NetworkInterface.networkInterfaces()
                .map(NetworkInterface::getName)
                .collect(Collectors.toSet());
    }

    /** Inodes of the network namespaces that any thread of this host is in. */
    private static Set<Long> namespacesInUse() {
        Set<Long> inodes = new HashSet<>();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            processes
                    .filter(path -> path.getFileName().toString().chars().allMatch(Character::isDigit))
                    .forEach(process -> addNamespaces(process.resolve("task"), inodes));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return inodes;
    }

    private static void addNamespaces(Path tasks, Set<Long> inodes) {
        try (Stream<Path> threads = Files.list(tasks)) {
            for (Path thread : threads.toList()) {
                inodes.add((long) Files.getAttribute(thread.resolve("ns/net"), "unix:ino"));
            }
        } catch (IOException e) {
            // The process or thread ended meanwhile: it is in no namespace.
            assertThat(e).isInstanceOf(IOException.class);
        }
    }
}
