package dev.tidewait.lab.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.lab.NeedsRoot;
import dev.tidewait.lab.product.HookCount;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cells of {@code lab peers} in small: few ports, seconds. Rates are for quiet machines and for the long form. */
@NeedsRoot
@Timeout(120)
class PeerRunTest {
    private static final int PORTS = 500;

    @ParameterizedTest
    @CsvSource({
        "nginx-stream/as-shipped/timestamps/full",
        "nginx-http/as-shipped/timestamps/full",
        "haproxy/as-shipped/timestamps/full",
        "squid/as-shipped/timestamps/full",
        "nginx-stream/tw-reuse/no-timestamps/full",
        "haproxy/explicit/no-timestamps/full"
    })
    void shouldRunOutOfPorts(String cell) {
        PeerOutcome outcome = run(cell, 3);

        assertThat(outcome.done()).isBetween(PORTS - 64L, PORTS + 0L);
        assertThat(outcome.failed()).isPositive();
        assertThat(outcome.outages()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({"nginx-stream/tw-reuse/timestamps/full", "haproxy/explicit/timestamps/full"})
    void shouldUsePortsAgainWhereTheKernelTakesOverTimeWait(String cell) {
        PeerOutcome outcome = run(cell, 3);

        assertThat(outcome.done()).isGreaterThan(2L * PORTS);
        assertThat(outcome.timeWait()).isBetween(1L, PORTS + 0L);
    }

    @Test
    void shouldAnswerWhereNothingIsShort() {
        PeerOutcome outcome = run("nginx-stream/as-shipped/timestamps/quiet", 2);

        assertThat(outcome.done()).isEqualTo(200);
        assertThat(outcome.failed()).isZero();
        assertThat(outcome.outages()).isZero();
    }

    @Test
    void shouldFailNothingUnderRunBelowTheLimit() {
        // Long enough for ports to come round: 0.9 of the limit uses all of them in 5.6 s.
        PeerOutcome outcome = run("nginx-stream/run/no-timestamps/below", 8);
        HookCount hook = outcome.hook().orElseThrow();

        assertThat(outcome.failed()).as(outcome.causes()).isZero();
        assertThat(outcome.done()).isEqualTo(Math.round(0.9 * PORTS / 5 * 8));
        assertThat(hook.chosenShare()).isGreaterThan(0.99);
        assertThat(hook.youngestMillis()).isBetween(5_000L, 8_000L);
    }

    @Test
    void shouldUsePortsAgainUnderRun() {
        // More than 500 a second, for which the kernel's own range of 1,536 ports is there, once.
        PeerOutcome outcome = run("haproxy/run/timestamps/full", 4);
        HookCount hook = outcome.hook().orElseThrow();

        assertThat(hook.chosen()).isBetween(3L * PORTS, 6L * PORTS);
        assertThat(hook.youngestMillis()).isBetween(1_000L, 1_500L);
        assertThat(outcome.outages()).isZero();
    }

    @Test
    void shouldFailNothingWithReapWhereItFailsAlone() {
        PeerOutcome alone = run("nginx-stream/as-shipped/timestamps/fast", 6);
        PeerOutcome reaped = run("nginx-stream/reap/timestamps/fast", 6);

        assertThat(alone.failed()).isPositive();
        assertThat(alone.outages()).isPositive();
        assertThat(reaped.failed()).as(reaped.causes()).isZero();
        assertThat(reaped.reaper().orElseThrow().destroyed()).isPositive();
    }

    private static PeerOutcome run(String cell, int seconds) {
        return new PeerRun(PeerCell.named(cell), new PeersPlan(PortPlan.of(PORTS), OptionalInt.of(seconds))).run();
    }
}
