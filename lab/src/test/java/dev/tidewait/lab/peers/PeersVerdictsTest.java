package dev.tidewait.lab.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.lab.Verdict;
import dev.tidewait.lab.product.HookCount;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeersVerdictsTest {
    private static final HookCount CLEAN = new HookCount(1_000_000, 500, 1, 2_600, Map.of());

    @ParameterizedTest
    @CsvSource({
        // own average, under run, explicit, failed, left to the kernel of a million: which of the four fail
        "458,  24000, 24000, 0, 500,  ''",
        "1300, 24000, 24000, 0, 500,  20 ×",
        "458,  24000, 28000, 0, 500,  0.90 ×",
        "458,  24000, 24000, 1, 500,  nothing fails",
        "458,  24000, 24000, 0, 1500, in a thousand"
    })
    void shouldJudgeTheLongRun(
            double shipped, double run, double explicit, long failed, long kernelChose, String failing) {
        List<Verdict> verdicts = PeersVerdicts.of(
                List.of(
                        PeerOutcomes.of("nginx-stream/as-shipped/timestamps/long", shipped, 100_000, 90),
                        PeerOutcomes.under(
                                "nginx-stream/run/timestamps/long",
                                run,
                                failed,
                                new HookCount(1_000_000 - kernelChose, kernelChose, 0, 2_600, Map.of()),
                                0),
                        PeerOutcomes.of("haproxy/explicit/timestamps/long", explicit, 0, 0)),
                PortPlan.STANDARD);

        assertThat(verdicts).hasSize(4);
        assertFails(verdicts, failing);
    }

    @Test
    void shouldSeeTheOutageInTheLongCellWhereTheShortOneEndsBeforeIt() {
        PeerOutcome full = PeerOutcomes.of("nginx-stream/as-shipped/timestamps/full", 1_867, 331, 0);
        PeerOutcome longer = PeerOutcomes.of("nginx-stream/as-shipped/timestamps/long", 470, 47_165, 87);

        assertThat(PeersVerdicts.of(List.of(full), PortPlan.STANDARD))
                .singleElement()
                .matches(verdict -> !verdict.holds());
        assertThat(PeersVerdicts.of(List.of(full, longer), PortPlan.STANDARD))
                .singleElement()
                .matches(Verdict::holds);
    }

    @ParameterizedTest
    @CsvSource({
        // 31,744 ports ÷ 5 s = 6,349/s
        "6100, 0, ''",
        "6000, 0, 0.95 ×",
        "6100, 3, back to normal"
    })
    void shouldJudgeWhatIsAskedBeyondTheLimit(double perSecond, long failedAfterwards, String failing) {
        List<Verdict> verdicts = PeersVerdicts.of(
                List.of(PeerOutcomes.under(
                        "nginx-stream/run/no-timestamps/above", perSecond, 9_999, CLEAN, failedAfterwards)),
                PortPlan.STANDARD);

        assertThat(verdicts).hasSize(2);
        assertFails(verdicts, failing);
    }

    @ParameterizedTest
    @CsvSource({
        // failed alone and with reap, p99, CPU
        "900, 0, 5900, 0.07, ''",
        "0,   0, 5900, 0.07, has an outage",
        "900, 1, 5900, 0.07, has an outage",
        "900, 0, 6100, 0.07, p99",
        "900, 0, 5900, 0.09, of a core"
    })
    void shouldJudgeReap(long failedAlone, long failed, long p99Micros, double cpu, String failing) {
        List<Verdict> verdicts = PeersVerdicts.of(
                List.of(
                        PeerOutcomes.of("nginx-stream/as-shipped/timestamps/quiet", 100, 0, 0),
                        PeerOutcomes.of(
                                "nginx-stream/as-shipped/timestamps/fast", 8_000, failedAlone, failedAlone > 0 ? 9 : 0),
                        PeerOutcomes.reaped("nginx-stream/reap/timestamps/fast", failed, p99Micros, cpu)),
                PortPlan.STANDARD);

        assertThat(verdicts).hasSize(3);
        assertFails(verdicts, failing);
    }

    @Test
    void shouldJudgeEveryProgramUnderRunAndOnlyWhatWasMeasured() {
        List<Verdict> verdicts = PeersVerdicts.of(
                List.of(
                        PeerOutcomes.under("squid/run/timestamps/full", 900, 0, CLEAN, 0),
                        PeerOutcomes.under("haproxy/run/no-timestamps/below", 5_000, 7, CLEAN, 0)),
                PortPlan.STANDARD);

        assertThat(verdicts).extracting(Verdict::holds).containsExactly(true, false);
        assertThat(PeersVerdicts.of(List.of(), PortPlan.STANDARD)).isEmpty();
    }

    @Test
    void shouldNotPromiseMoreThanFewPortsAllow() {
        PeerOutcome beyond = PeerOutcomes.under("haproxy/run/timestamps/full", 2_000, 99, CLEAN, 0);

        assertThat(PeersVerdicts.of(List.of(beyond), PortPlan.of(2_000))).isEmpty();
    }

    private static void assertFails(List<Verdict> verdicts, String failing) {
        List<Verdict> failed =
                verdicts.stream().filter(verdict -> !verdict.holds()).toList();
        if (failing.isEmpty()) {
            assertThat(failed).isEmpty();
        } else {
            assertThat(failed)
                    .singleElement()
                    .extracting(Verdict::claim)
                    .asString()
                    .contains(failing);
        }
    }
}
