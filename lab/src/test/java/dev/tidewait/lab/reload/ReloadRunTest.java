package dev.tidewait.lab.reload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.lab.NeedsRoot;
import dev.tidewait.lab.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code lab reload} in small: five kinds of reloads and the one that brings everything back. */
@NeedsRoot
@Timeout(120)
class ReloadRunTest {
    @Test
    void shouldFailNobodyAndForgetNothing() {
        List<ReloadReport> told = new ArrayList<>();
        ReloadPlan plan = ReloadPlan.STANDARD
                .withReloads(6)
                .withDuration(Duration.ofSeconds(4))
                .withRate(300)
                .withSteady(3);

        ReloadResult result = new ReloadRun(plan, told::add).run();

        assertThat(result.verdicts())
                .filteredOn(verdict -> !verdict.claim().startsWith("what is asked for"))
                .allMatch(Verdict::holds);
        assertThat(told).hasSize(6).isEqualTo(result.reloads());
        assertThat(told)
                .filteredOn(report -> report.step().written().refusal().isPresent())
                .hasSize(1);
        assertThat(result.steady().opened())
                .as("of each use, through the listener that came, and as the users that came")
                .isEqualTo(3 * 3 + 1 + 2);
        assertThat(result.steady().blocks()).isGreaterThan(200);
        assertThat(result.single().done() + result.kept().done()).isGreaterThan(1_000);
        assertThat(ReloadJson.of(result)).contains("\"kind\":\"unknown key\",\"way\":\"SIGHUP\",\"refused\":true");
    }
}
