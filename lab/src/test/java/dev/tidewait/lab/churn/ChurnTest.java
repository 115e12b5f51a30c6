package dev.tidewait.lab.churn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.lab.NeedsRoot;
import dev.tidewait.lab.Verdict;
import dev.tidewait.ports.Floors;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code lab churn} in small, and each way to make it fail. */
@NeedsRoot
@Timeout(120)
class ChurnTest {
    /**
     * So that ports come back within a short test although SYNs get lost. The unknown row is for a SYN that was given up as well: if the server's
     * answer was lost it comes again after 1 s, and the proxy's host answers with RST.
     */
    private static final Floors BRIEF = new Floors(1_000, 1_000, 2_000, 2_000, 2_000, 60_000, 0, false);

    /** One whose black-holes are short, and early enough for a short test: 4.3 and 5.3 s after the first packet. */
    private static final long STORMY_SEED = 31;

    @Test
    void shouldHarmNothingWhereNothingIsLost() {
        ChurnResult result = run(ChurnPlan.STANDARD
                .withWeather(Weather.Kind.WIND)
                .withCounts(50, 2_500)
                .withPorts(1_000));

        assertThat(failed(result)).isEmpty();
        assertThat(result.usesOfAPort()).isGreaterThan(3);
        assertThat(ChurnJson.of(result)).contains("\"seed\":1,", "\"lateDelivered\":", "\"verdicts\":[");
    }

    @Test
    void shouldHarmNothingInAStorm() {
        ChurnResult result = run(ChurnPlan.STANDARD
                .withSeed(STORMY_SEED)
                .withCounts(20, 700)
                .withPorts(500)
                .withFloors(BRIEF));

        assertThat(failed(result)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "RESET, no long-lived connection is reset or ends early",
        "BYTE,  no byte is wrong",
        "FLOOR, no four-tuple is used again below its floor"
    })
    void shouldFailWhereTheRuleIsBroken(Breakage breakage, String claim) {
        ChurnPlan plan = ChurnPlan.STANDARD
                .withWeather(Weather.Kind.CALM)
                .withCounts(10, 300)
                .withBreakage(breakage);

        ChurnResult result = run(breakage == Breakage.FLOOR ? plan : plan.withPorts(300));

        assertThat(failed(result)).contains(claim);
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
