package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
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
        assertHolds(run(plan.withNat(true)));
        assertHolds(run(plan.withIpv6(true)));
    }

    private static SustainPlan plan(
            boolean timestamps,
            Map<CloseOrder, Integer> endings,
            int ports,
            int sources,
            OptionalDouble ratePerSecond) {
        return new SustainPlan(
                Duration.ofSeconds(ratePerSecond.isPresent() && !timestamps ? 10 : 6),
                Duration.ZERO,
                timestamps,
                endings,
                false,
                false,
                sources,
                OptionalInt.of(ports),
                ratePerSecond,
                512,
                Optional.empty(),
                List.of());
    }

    private static SustainResult run(SustainPlan plan) {
        return new SustainRun(plan, second -> {}).run();
    }

    private static void assertHolds(SustainResult result) {
        assertThat(result.verdicts())
                .filteredOn(verdict -> !verdict.claim().startsWith("under pressure")
                        && !verdict.claim().startsWith("what is asked"))
                .allMatch(SustainResult.Verdict::holds);
    }
}
