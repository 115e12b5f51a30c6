package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NeedsRoot
@SuppressWarnings({"try", "NullAway.Init"}) // an origin has only to be there; the bed is made before all tests
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LoadTest {
    private Topology topology;

    @BeforeAll
    void makeBed() {
        topology = Topology.direct(TopologyPlan.STANDARD);
    }

    @AfterAll
    void removeBed() {
        topology.close();
    }

    @ParameterizedTest
    @CsvSource({
        "false, CLIENT, true",
        "false, SERVER, true",
        "false, RESET, true",
        "true, CLIENT, true",
        "true, SERVER, true",
        "false, CLIENT, false",
        "false, SERVER, false"
    })
    void shouldRunWithoutFailures(boolean ipv6, CloseOrder close, boolean timestamps) {
        TopologyPlan plan = TopologyPlan.STANDARD.withIpv6(ipv6).withTimestamps(true, true, timestamps);
        try (Topology bed = Topology.direct(plan);
                Origin origin = Origin.start(bed.server(), bed.origin());
                Load load = Load.start(
                        bed.client(),
                        LoadPlan.to(bed.origin(), bed.clients(2))
                                .withEnding(close)
                                .withLimit(3000),
                        second -> {})) {
            LoadReport report = load.await();
            OriginReport counted = origin.stop();

            assertThat(report.failures()).isEmpty();
            assertThat(report.done()).isEqualTo(3000);
            assertThat(report.ending(close).wholeMicros().getTotalCount()).isEqualTo(3000);
            assertThat(counted.answered()).isEqualTo(3000);
            assertThat(
                            switch (close) {
                                case CLIENT -> counted.endedByClient();
                                case SERVER -> counted.endedByServer();
                                case RESET -> counted.resetByServer();
                            })
                    .isEqualTo(3000);
            assertThat(counted.otherErrors() + counted.earlyEof() + counted.open())
                    .isZero();
        }
    }

    @Test
    void shouldKeepTheRateAsked() {
        List<LoadSecond> seconds = new CopyOnWriteArrayList<>();
        LoadPlan plan = plan().withPace(new Pace.OpenLoop(2000, 5000)).withDuration(Duration.ofSeconds(2));
        try (Origin origin = origin();
                Load load = Load.start(topology.client(), plan, seconds::add)) {
            LoadReport report = load.await();

            assertThat(report.started()).isEqualTo(4000);
            assertThat(report.done()).isEqualTo(4000);
            assertThat(report.notStarted()).isZero();
            assertThat(report.elapsedSeconds()).isCloseTo(2.0, within(0.3));
            assertThat(seconds.getFirst().started()).isCloseTo(2000L, within(200L));
        }
    }

    @Test
    void shouldCountLatencyFromTheMomentATransactionWasDue() throws Exception {
        // One open transaction at most: a stall of the origin holds the others up before they start.
        LoadPlan plan = plan().withPace(new Pace.OpenLoop(500, 1)).withDuration(Duration.ofSeconds(2));
        try (Origin origin = origin();
                Load load = Load.start(topology.client(), plan, second -> {})) {
            signal("STOP", origin.program());
            Eventually.reach(System.nanoTime() + 500_000_000L);
            signal("CONT", origin.program());
            LoadReport report = load.await();

            // Due within the first 0.4 s of the stall: 200. Uncorrected there would be one.
            long late = report.answeredMicros().getCountBetweenValues(100_000, 2_000_000);
            assertThat(late).isGreaterThan(150);
            assertThat(report.failed()).isZero();
        }
    }

    @Test
    void shouldSayHowManyWereNeverStarted() {
        LoadPlan plan = plan().withPace(new Pace.OpenLoop(1000, 10))
                .withDuration(Duration.ofSeconds(1))
                .withHold(Duration.ofSeconds(2));
        try (Origin origin = origin();
                Load load = Load.start(topology.client(), plan, second -> {})) {
            LoadReport report = load.await();

            assertThat(report.started()).isEqualTo(10);
            assertThat(report.notStarted()).isEqualTo(990);
            assertThat(report.done()).isEqualTo(10);
        }
    }

    @Test
    void shouldMixEndingsByWeight() {
        LoadPlan plan = plan().withEndings(Map.of(CloseOrder.CLIENT, 3, CloseOrder.SERVER, 1))
                .withLimit(4000);
        try (Origin origin = origin();
                Load load = Load.start(topology.client(), plan, second -> {})) {
            LoadReport report = load.await();
            OriginReport counted = origin.stop();

            long byServer = report.ending(CloseOrder.SERVER).done();
            assertThat(report.done()).isEqualTo(4000);
            assertThat(byServer).isCloseTo(1000, within(150L));
            assertThat(counted.endedByServer()).isEqualTo(byServer);
            assertThat(counted.endedByClient()).isEqualTo(4000 - byServer);
        }
    }

    @Test
    void shouldDealTheLoadOutToProcesses() {
        List<LoadSecond> seconds = new CopyOnWriteArrayList<>();
        LoadPlan plan = plan().withPace(new Pace.OpenLoop(1500, 300))
                .withDuration(Duration.ofSeconds(1))
                .withProcesses(3);
        try (Origin origin = Origin.start(topology.server(), topology.origin(), 2);
                Load load = Load.start(topology.client(), plan, seconds::add)) {
            LoadReport report = load.await();

            assertThat(report.failures()).isEmpty();
            assertThat(report.done()).isEqualTo(1500);
            assertThat(report.answeredMicros().getTotalCount()).isEqualTo(1500);
            assertThat(origin.stop().answered()).isEqualTo(1500);
            assertThat(seconds.getFirst().started()).isGreaterThan(1000); // of all three
        }
    }

    @Test
    void shouldHoldConnectionsOpen() {
        LoadPlan plan = plan().withPace(new Pace.ClosedLoop(5)).withLimit(5).withHold(Duration.ofMillis(300));
        try (Origin origin = origin();
                Load load = Load.start(topology.client(), plan, second -> {})) {
            LoadReport report = load.await();

            assertThat(report.done()).isEqualTo(5);
            assertThat(report.ending(CloseOrder.CLIENT).wholeMicros().getMinValue())
                    .isGreaterThanOrEqualTo(299_000);
        }
    }

    @Test
    void shouldTellRefusedConnectionsApart() {
        LoadPlan plan = plan().withLimit(20);
        try (Load load = Load.start(topology.client(), plan, second -> {})) {
            assertThat(load.await().failures()).containsExactly(Map.entry("refused", 20L));
        }
    }

    @Test
    void shouldGiveUpOnSilence() {
        InetSocketAddress nobody = new InetSocketAddress(AddressPlan.parse("10.71.1.99"), 80);
        LoadPlan plan = LoadPlan.to(nobody, topology.clients(1)).withLimit(3).withDeadline(Duration.ofSeconds(1));
        try (Load load = Load.start(topology.client(), plan, second -> {})) {
            assertThat(load.await().failures()).containsExactly(Map.entry("timed_out", 3L));
        }
    }

    @Test
    void shouldConnectThroughAnHttpProxy() throws Exception {
        try (ConnectServer server = ConnectServer.start(topology.server(), "HTTP/1.1 200 OK\r\nVia: test\r\n\r\n");
                Load load = Load.start(topology.client(), throughProxy(server).withLimit(5), second -> {})) {
            assertThat(load.await().done()).isEqualTo(5);
            assertThat(server.firstHead()).startsWith("CONNECT 192.0.2.7:443 HTTP/1.1\r\nHost: 192.0.2.7:443\r\n");
        }
    }

    @Test
    void shouldCountRefusalsOfAnHttpProxy() throws Exception {
        try (ConnectServer server = ConnectServer.start(topology.server(), "HTTP/1.1 503 Service Unavailable\r\n\r\n");
                Load load = Load.start(topology.client(), throughProxy(server).withLimit(5), second -> {})) {
            assertThat(load.await().failures()).containsExactly(Map.entry("bad_status", 5L));
        }
    }

    @Test
    void shouldAskForEveryTunnelInTurn() throws Exception {
        try (ConnectServer server = ConnectServer.start(topology.server(), "HTTP/1.1 200 OK\r\n\r\n")) {
            LoadPlan plan = throughProxy(server)
                    .withConnectTo(new Tunnels("192.0.2.7:443", 2, 2))
                    .withLimit(5);
            try (Load load = Load.start(topology.client(), plan, second -> {})) {
                assertThat(load.await().done()).isEqualTo(5);
            }
            assertThat(server.heads())
                    .extracting(head -> head.lines().findFirst().orElse(""))
                    .containsExactly(
                            "CONNECT 192.0.2.7:443 HTTP/1.1",
                            "CONNECT 192.0.2.8:443 HTTP/1.1",
                            "CONNECT 192.0.2.7:444 HTTP/1.1",
                            "CONNECT 192.0.2.8:444 HTTP/1.1",
                            "CONNECT 192.0.2.7:443 HTTP/1.1");
        }
    }

    private LoadPlan throughProxy(ConnectServer server) {
        return LoadPlan.to(server.address(), topology.clients(1))
                .withPace(new Pace.ClosedLoop(1))
                .withConnectTo("192.0.2.7:443");
    }

    private LoadPlan plan() {
        return LoadPlan.to(topology.origin(), topology.clients(1));
    }

    private Origin origin() {
        return Origin.start(topology.server(), topology.origin());
    }

    private static void signal(String name, ProcessHandle process) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        assertThat(kill.waitFor(5, TimeUnit.SECONDS)).isTrue();
        assertThat(kill.exitValue()).isZero();
    }
}
