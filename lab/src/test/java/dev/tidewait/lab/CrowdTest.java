package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.lab.crowd.Habit;
import dev.tidewait.lab.crowd.Passage;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code lab crowd} in small. Every verdict must hold but that about others' p99, which needs a quiet machine and the long form. */
@NeedsRoot
@Timeout(180)
class CrowdTest {
    @ParameterizedTest
    @EnumSource
    void shouldBoundWhatIdleAndSlowClientsCost(Passage passage) {
        CrowdPlan plan = CrowdPlan.STANDARD
                .withPassage(passage)
                .withMembers(500, 60)
                .withRounds(1)
                .withPhase(Duration.ofSeconds(3))
                .withRate(100);

        CrowdResult result = new CrowdRun(plan, line -> {}).run();

        assertThat(result.verdicts())
                .filteredOn(verdict -> !verdict.claim().startsWith("others' p99"))
                .allMatch(Verdict::holds);
        CrowdRound round = result.rounds().getFirst();
        assertThat(round.full().descriptors())
                .as(
                        "two for each member; with HTTP the server's may be one that was kept from before, and idle ones have none")
                .isGreaterThanOrEqualTo(
                        round.alone().descriptors() + (passage == Passage.HTTP ? 1 : 2) * (500 + 3 * 60));
        assertThat(round.crowd()).extracting(Crowd.Report::habit).containsExactlyInAnyOrder(Habit.values());
        assertThat(round.crowd())
                .filteredOn(report -> report.habit() != Habit.IDLE)
                .allMatch(report -> report.bytes() > 0);
        assertThat(round.crowd())
                .filteredOn(report -> report.habit() == Habit.STUCK_WRITER)
                .singleElement()
                .extracting(Crowd.Report::mostBytes)
                .as("what proxy and kernels take from a client whose server reads nothing")
                .matches(bytes -> (long) bytes < 64L << 20);
        assertThat(CrowdJson.of(result)).contains("\"p99MicrosWith\":", "\"idle\":{\"liveHeapBytes\":");
    }
}
