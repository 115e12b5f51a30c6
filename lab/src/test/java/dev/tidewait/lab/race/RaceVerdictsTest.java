package dev.tidewait.lab.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.lab.Verdict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RaceVerdictsTest {
    @ParameterizedTest
    @CsvSource({
        "22000, 20000, true,  goal met",
        "18000, 20000, true,  goal missed by 0.20 ×",
        "17999, 20000, false, goal missed by 0.20 ×"
    })
    void shouldCompareNewConnectionsWithTheBestOfThePeers(double ours, double theirs, boolean holds, String words) {
        Verdict verdict = only(Rounds.results(
                Rounds.perSecond("a-client/tidewait", 1, ours),
                Rounds.perSecond("a-client/haproxy-explicit", 1, theirs)));

        assertThat(verdict.holds()).isEqualTo(holds);
        assertThat(verdict.claim()).contains("HAProxy, explicit ports").contains("must ≥ 0.90 ×, goal ≥ 1.10 ×");
        assertThat(verdict.evidence()).endsWith(words);
    }

    @Test
    void shouldJudgeMediansAndNotMeans() {
        Verdict verdict = only(Rounds.results(
                Rounds.perSecond("a-client/tidewait", 1, 20_000),
                Rounds.perSecond("a-client/tidewait", 2, 100),
                Rounds.perSecond("a-client/tidewait", 3, 21_000),
                Rounds.perSecond("a-client/haproxy-explicit", 1, 20_000),
                Rounds.perSecond("a-client/haproxy-explicit", 2, 90_000),
                Rounds.perSecond("a-client/haproxy-explicit", 3, 19_000)));

        assertThat(verdict.holds()).isTrue();
        assertThat(verdict.evidence()).startsWith("1.00 × (20,000 and 20,000)");
    }

    @Test
    void shouldNotLetMoreMachineTimePass() {
        RaceResults results = Rounds.results(
                Rounds.of("e/tidewait", 1, Map.of(Figure.MACHINE_MICROS, 116.0)),
                Rounds.of("e/haproxy-explicit", 1, Map.of(Figure.MACHINE_MICROS, 100.0)));

        Verdict verdict = only(results);

        assertThat(verdict.holds()).isFalse();
        assertThat(verdict.evidence()).contains("1.16 × (116.0 and 100.0); goal missed by 0.16 ×");
        assertThat(Verdict.exitCode(RaceVerdicts.of(results))).isEqualTo(1);
    }

    @Test
    void shouldJudgeMemoryByItsOwnLimits() {
        List<Verdict> verdicts = RaceVerdicts.of(
                Rounds.results(Rounds.of("g/tidewait", 1, Map.of(Figure.IDLE_MIB, 79.0, Figure.RESIDENT_MIB, 201.0))));

        assertThat(verdicts).extracting(Verdict::holds).containsExactly(true, false, true);
        assertThat(verdicts.get(0).evidence()).endsWith("goal met");
        assertThat(verdicts.get(1).evidence()).startsWith("201 MiB").endsWith("goal missed by 71 MiB");
    }

    @Test
    void shouldFailWhereAnythingFails() {
        List<Verdict> verdicts = RaceVerdicts.of(Rounds.results(Rounds.failing("b/tidewait", 1)));

        assertThat(verdicts).extracting(Verdict::holds).containsExactly(false, false);
        assertThat(verdicts.getLast().evidence()).contains("1 failed in b");
    }

    @Test
    void shouldNotMakeAMustOfAGoal() {
        List<Verdict> verdicts = RaceVerdicts.of(Rounds.results(Rounds.failing("b2/tidewait", 1)));

        assertThat(verdicts).extracting(Verdict::holds).containsExactly(true);
        assertThat(verdicts.getFirst().evidence()).endsWith("goal missed");
    }

    @Test
    void shouldProveNothingAgainstAPeerThatDidNothing() {
        Verdict verdict = only(
                Rounds.results(Rounds.perSecond("a120/tidewait", 1, 20_000), Rounds.perSecond("a120/nginx", 1, 0)));

        assertThat(verdict.holds()).isFalse();
    }

    /** The claim beside the one that nothing fails. */
    private static Verdict only(RaceResults results) {
        List<Verdict> verdicts = RaceVerdicts.of(results);
        assertThat(verdicts).hasSize(2);
        assertThat(verdicts.getLast().claim()).startsWith("nothing fails");
        return verdicts.getFirst();
    }
}
