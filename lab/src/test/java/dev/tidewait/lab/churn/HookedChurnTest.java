package dev.tidewait.lab.churn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.lab.NeedsRoot;
import dev.tidewait.lab.Verdict;
import dev.tidewait.ports.Floors;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code lab churn --under run} in small, and each way to make it fail. */
@NeedsRoot
@Timeout(120)
class HookedChurnTest {
    private static final ChurnPlan UNDER_RUN = ChurnPlan.STANDARD.withChooser(Chooser.RUN);

    /** The rows of what ended without timestamps, or never began, are 5 to 15 s: in a storm a port may come to any of them. */
    private static final Floors BRIEF = new Floors(1_000, 1_000, 2_000, 2_000, 2_000, 60_000, 0, false);

    /** One whose black-holes are short, and early enough for a short test: 4.3 and 5.3 s after the first packet. */
    private static final long STORMY_SEED = 31;

    @Test
    void shouldHarmNothingWhereNothingIsLost() {
        ChurnResult result = run(UNDER_RUN
                .withWeather(Weather.Kind.WIND)
                .withCounts(50, 1_900)
                .withPorts(1_000)
                .withRate(400));

        assertThat(failed(result)).isEmpty();
        assertThat(result.usesOfAPort()).isGreaterThan(2.5);
        assertThat(ChurnJson.of(result)).contains("\"under\":\"run\"", "\"chosen\":", "\"hookYoungestMillis\":");
    }

    @Test
    void shouldHarmNothingInAStorm() {
        ChurnResult result = run(UNDER_RUN
                .withSeed(STORMY_SEED)
                .withCounts(20, 400)
                .withPorts(500)
                .withRate(110)
                .withFloors(BRIEF));

        assertThat(failed(result)).isEmpty();
        assertThat(evidence(result, HookVerdicts.NOT_BELOW))
                .contains(" reuses of ports that the kernel chose are not judged", "--weather wind tries the floor");
    }

    /** Three times what the ports can carry. */
    @Test
    void shouldRatherLetTheKernelChooseThanGoBelowAFloor() {
        ChurnResult result = run(UNDER_RUN
                .withWeather(Weather.Kind.CALM)
                .withCounts(10, 600)
                .withPorts(200)
                .withRate(600));

        assertThat(failed(result)).containsExactly("tidewait run chose at least 99 ports of 100");
    }

    @ParameterizedTest
    @CsvSource({
        "RESET, no long-lived connection is reset or ends early",
        "BYTE,  no byte is wrong",
        "FLOOR, no four-tuple that tidewait run chose is used again below its floor"
    })
    void shouldFailWhereTheRuleIsBroken(Breakage breakage, String claim) {
        ChurnPlan plan =
                UNDER_RUN.withWeather(Weather.Kind.CALM).withCounts(10, 300).withBreakage(breakage);

        ChurnResult result = run(breakage == Breakage.FLOOR ? plan : plan.withPorts(300));

        assertThat(failed(result)).contains(claim);
    }

    private static String evidence(ChurnResult result, String claim) {
        return result.verdicts().stream()
                .filter(verdict -> verdict.claim().equals(claim))
                .map(Verdict::evidence)
                .collect(Collectors.joining());
    }

    private static ChurnResult run(ChurnPlan plan) {
        return new ChurnRun(plan, line -> {}).run();
    }

    /** What does not hold; the figures are in the message of a failure. */
    private static List<String> failed(ChurnResult result) {
        List<Verdict> failed =
                result.verdicts().stream().filter(verdict -> !verdict.holds()).toList();
        failed.forEach(System.err::println);
        return failed.stream().map(Verdict::claim).toList();
    }
}
