package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What one instance of the product knows of another: the one killed before it, and the one still there. */
@NeedsRoot
@Timeout(120)
class RestartTest {
    private static final String PORTS = "20000-20399";
    private static final int USED_BEFORE_KILL = 150;
    /** Together with those less than there are ports. */
    private static final int USED_AFTER_START = 200;

    private static final Duration FLOOR = Duration.ofSeconds(10);
    private static final String RULE = "timeWait: { floor: { sequence: 10s, unknown: 10s } }";
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    /**
     * Where the server closes first, nothing of a connection stays in the proxy's kernel, and without timestamps nothing but age
     * protects the next one: only the journal can tell a new instance.
     */
    @Test
    @SuppressWarnings("try") // the load must end with the proxy that it talks to, not after it
    void shouldKnowAfterSigkillWhatHadJustEnded() {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD.withTimestamps(true, true, false));
                Origin origin = Origin.start(topology.server(), topology.origin());
                Observer atFirst = observe(topology);
                Observer always = observe(topology)) {
            LoadPlan toKill =
                    plan(topology).withPace(new Pace.OpenLoop(100, 1_000)).withDuration(DEADLINE);
            try (ProxyUnderTest killed = start(topology);
                    Load load = Load.start(topology.client(), toKill, second -> {})) {
                Eventually.holds(
                        USED_BEFORE_KILL + " ports were used",
                        DEADLINE,
                        () -> ProxyYaml.leases(killed) >= USED_BEFORE_KILL);
                killed.kill();
                load.close();
            }
            try (ProxyUnderTest second = start(topology)) {
                assertThat(second.log()).contains("four-tuples of an earlier run that still cool");
                LoadPlan unused = plan(topology).withPace(new Pace.OpenLoop(80, 1_000));
                LoadReport report = load(topology, unused.withLimit(USED_AFTER_START));
                assertThat(report.failures()).isEmpty();
                assertThat(report.done()).isEqualTo(USED_AFTER_START);
                assertThat(report.answeredMicros().getMaxValue())
                        .as("unused ports are there: nobody waits for a floor")
                        .isLessThan(TimeUnit.SECONDS.toMicros(2));
                assertThat(atFirst.stop()).returns(0L, ObserverReport::reuses);

                LoadPlan pressure = plan(topology).withPace(new Pace.ClosedLoop(8));
                assertThat(load(topology, pressure.withDuration(Duration.ofSeconds(8)))
                                .failures())
                        .isEmpty();
                Eventually.holds("no lease is left", DEADLINE, () -> ProxyYaml.leased(second) == 0);
            }
            ObserverReport observed = always.stop();
            assertThat(observed.lostShare()).isLessThan(0.001);
            assertThat(observed.reuses()).isGreaterThan(50);
            assertThat(Duration.ofNanos(observed.youngestNanos())).isGreaterThanOrEqualTo(FLOOR);
            assertThat(observed.challengeAcks()).isZero();
            assertThat(origin.stop().otherErrors()).isZero();
        }
    }

    private static Observer observe(Topology topology) {
        return Observer.start(topology.server(), topology.serverInterface(), Topology.ORIGIN_PORT);
    }

    private static LoadPlan plan(Topology topology) {
        return LoadPlan.to(topology.proxyListener(), topology.clients(1))
                .withEnding(CloseOrder.SERVER)
                .withDeadline(DEADLINE);
    }

    private static LoadReport load(Topology topology, LoadPlan plan) {
        try (Load load = Load.start(topology.client(), plan, second -> {})) {
            return load.await();
        }
    }

    private static ProxyUnderTest start(Topology topology) {
        return ProxyYaml.start(topology, topology.origin(), PORTS, RULE, "timeouts: { portWait: 20s }");
    }

    @Test
    void shouldRefuseASecondInstanceOnTheSamePorts() {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD);
                ProxyUnderTest first = start(topology)) {
            String other = ProxyYaml.text(topology, topology.origin(), "20300-20500", "admin: off")
                    .replace(":8080", ":8081")
                    .replace(":3128", ":3129");
            ProxyUnderTest.Refused second = ProxyUnderTest.startRefused(topology.proxy(), other);
            assertThat(second.exitCode()).isEqualTo(6);
            assertThat(second.log())
                    .contains("belong to process " + first.program().pid())
                    .doesNotContain("\tat ");
            assertThat(ProxyYaml.leased(first)).isZero();
        }
    }
}
