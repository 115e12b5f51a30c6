package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.ports.Floors;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Short forms of {@code lab sustain}: few ports, seconds. Every verdict must hold but that about the rate, which needs a quiet machine
 * and the long form.
 */
@NeedsRoot
@Timeout(180)
class SustainTest {
    private static final Map<CloseOrder, Integer> CLIENT_FIRST = Map.of(CloseOrder.CLIENT, 1);

    @Test
    void shouldKeepTheRuleUnderPressure() {
        SustainResult result = run(plan(true, CLIENT_FIRST, 300, 1, OptionalDouble.empty()));
        assertHolds(result);
        assertThat(result.observed().reuses()).isGreaterThan(600);
        assertThat(result.load().rate()).isBetween(150.0, 400.0);
    }

    @Test
    void shouldShareTheWorkAmongSources() {
        SustainResult result = run(plan(true, CLIENT_FIRST, 200, 2, OptionalDouble.empty()));
        assertHolds(result);
        assertThat(result.verdicts()).anyMatch(verdict -> verdict.claim().startsWith("the sources share"));
    }

    @Test
    void shouldDestroyAtTheFloorWithoutTimestamps() {
        SustainResult result = run(plan(false, CLIENT_FIRST, 500, 1, OptionalDouble.of(90)));
        assertHolds(result);
        assertThat(result.observed().reuses()).isGreaterThan(100);
        assertThat(result.ages().youngestLedgerMillis()).isGreaterThanOrEqualTo(5_000);
    }

    @Test
    void shouldLeaveTimeWaitToAServerThatClosesFirst() {
        SustainResult result = run(plan(true, Map.of(CloseOrder.SERVER, 1), 300, 1, OptionalDouble.of(200)));
        assertHolds(result);
        assertThat(result.kernelTimeWait()).isZero();
    }

    @Test
    void shouldHoldBehindNatAndOverIpv6() {
        SustainPlan plan = plan(true, CLIENT_FIRST, 300, 1, OptionalDouble.of(200));
        assertHolds(run(plan.withBed(TopologyPlan.STANDARD.withRouter(true))));
        assertHolds(run(plan.withBed(TopologyPlan.STANDARD.withIpv6(true))));
    }

    @Test
    void shouldKeepAFixedLength() {
        SustainResult result = run(
                plan(true, CLIENT_FIRST, 300, 1, OptionalDouble.empty()).withFloors(Floors.DEFAULT.withFixed(2_000)));
        assertHolds(result);
        assertThat(result.observed().reuses()).isGreaterThan(300);
        assertThat(result.ages().youngestLedgerMillis()).isGreaterThanOrEqualTo(2_000);
    }

    @Test
    void shouldNotLetLongFloorsBlockShortOnes() {
        SustainPlan plan = plan(
                        false, Map.of(CloseOrder.CLIENT, 4, CloseOrder.SERVER, 1), 300, 1, OptionalDouble.empty())
                .withFloors(new Floors(1_000, 1_000, 4_000, 5_000, 15_000, 60_000, 0, false))
                .withTimes(Duration.ZERO, Duration.ofSeconds(12));
        SustainResult result = run(plan);
        assertHolds(result);
        assertThat(result.verdicts()).extracting(Verdict::claim).contains("long floors never block short ones");
        assertThat(result.load().rate())
                .as("ports ÷ long floor = 75/s")
                .isGreaterThan(1.5 * 75)
                .isLessThan(1.5 * plan.possiblePerSecond());
    }

    @Test
    void shouldKeepTheRuleUnderPressureOfHttpRequests() {
        SustainResult result = run(plan(true, CLIENT_FIRST, 300, 1, OptionalDouble.empty())
                .withHttp(new HttpSustain(ServerClose.GRACEFUL, 1)));
        assertHolds(result);
        assertThat(result.observed().reuses()).isGreaterThan(600);
        assertThat(result.origin().answered())
                .isGreaterThanOrEqualTo(result.load().done());
    }

    @Test
    void shouldLetTheServerOrNobodyHoldTimeWaitAfterHttpRequests() {
        SustainPlan plan = plan(true, CLIENT_FIRST, 600, 1, OptionalDouble.of(150));
        SustainResult server = run(plan.withHttp(new HttpSustain(ServerClose.SERVER, 1)));
        assertHolds(server);
        assertThat(server.kernelTimeWait()).isZero();
        assertThat(server.origin().endedByServer()).isEqualTo(server.load().done());

        SustainResult nobody = run(plan.withHttp(new HttpSustain(ServerClose.RESET, 1)));
        assertHolds(nobody);
        assertThat(nobody.kernelTimeWait()).isZero();
        assertThat(nobody.origin().resetByPeer()).isEqualTo(nobody.load().done());
    }

    @Test
    void shouldNeedAsManyPortsAsRequestsInFlightWhereConnectionsAreKept() {
        SustainResult result = run(SustainPlan.STANDARD
                .withTimes(Duration.ZERO, Duration.ofSeconds(4))
                .withInFlight(100)
                .withHttp(new HttpSustain(ServerClose.GRACEFUL, 1_000_000)));
        assertHolds(result);
        assertThat(result.load().done()).isGreaterThan(2_000);
        assertThat(result.ledger().leases()).isBetween(1L, 110L);
    }

    private static SustainPlan plan(
            boolean timestamps,
            Map<CloseOrder, Integer> endings,
            int ports,
            int sources,
            OptionalDouble ratePerSecond) {
        SustainPlan plan = SustainPlan.STANDARD
                .withTimes(Duration.ZERO, Duration.ofSeconds(ratePerSecond.isPresent() && !timestamps ? 10 : 6))
                .withBed(TopologyPlan.STANDARD.withProxySources(sources).withTimestamps(true, true, timestamps))
                .withEndings(endings)
                .withPorts(ports);
        return ratePerSecond.isPresent() ? plan.withRate(ratePerSecond.getAsDouble()) : plan;
    }

    private static SustainResult run(SustainPlan plan) {
        return new SustainRun(plan, second -> {}).run();
    }

    private static void assertHolds(SustainResult result) {
        assertThat(result.verdicts())
                .filteredOn(verdict -> !verdict.claim().startsWith("under pressure")
                        && !verdict.claim().startsWith("what is asked"))
                .allMatch(Verdict::holds);
    }
}
