package dev.tidewait.lab.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.lab.CellNames;
import dev.tidewait.lab.NeedsRoot;
import dev.tidewait.lab.Verdict;
import dev.tidewait.lab.product.HookCount;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code lab peers --stranger} in small. */
@NeedsRoot
@Timeout(150)
class StrangerTest {
    private static final StrangerPlan SMALL = new StrangerPlan(200, Duration.ofSeconds(3));

    @Test
    void shouldFailNothingWithoutAnyOption() {
        StringWriter out = new StringWriter();
        Stranger stranger = new Stranger(SMALL, new PrintWriter(out, true));

        stranger.run(new CellNames(List.of("nginx-http", "haproxy", "squid", "python")));

        assertThat(stranger.verdicts()).as(out.toString()).hasSize(12).allMatch(Verdict::holds);
        assertThat(stranger.json()).contains("\"program\":\"python client\"", "\"verdicts\":[");
    }

    @Test
    void shouldHarmNobodyWhenTidewaitIsKilled() {
        KillResult result = new KillRun(SMALL, Duration.ofSeconds(2)).run();

        assertThat(result.running()).isEqualTo(200);
        assertThat(result.done()).isEqualTo(200L * 8);
        assertThat(result.bystander().done()).isGreaterThan(80);
        assertThat(StrangerVerdicts.of(result)).hasSize(3).allMatch(Verdict::holds);
    }

    @Test
    void shouldSayWhatFailed() {
        HookCount mostly = new HookCount(985, 10, 5, 1_000, Map.of("inUse", 10L));
        Bystander.Count harmed = new Bystander.Count(30, 1, "refused");

        assertThat(StrangerVerdicts.of(new StrangerResult("squid", 200, 999, 1, 199.8, "{reset=1}", mostly, harmed)))
                .noneMatch(Verdict::holds)
                .extracting(Verdict::evidence)
                .containsExactly(
                        "1 failed of 1,000 at 200/s {reset=1}",
                        "98.500 %: 985 of 1,000, 10 by the kernel {inUse=10}, 5 left alone",
                        "1 failed of 31 refused");
        assertThat(StrangerVerdicts.of(new KillResult(199, 1, 999, 1, harmed))).noneMatch(Verdict::holds);
    }
}
