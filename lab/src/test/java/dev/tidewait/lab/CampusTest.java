package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.lab.campus.Way;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code lab campus} in small: the same mix of endings for 18 s, at 100 destinations. */
@NeedsRoot
@Timeout(240)
class CampusTest {
    private static final List<Way> WAYS = List.of(Way.values());

    @Test
    void shouldFailNobodyAndGrowNowhere() {
        List<CampusSample> samples = new ArrayList<>();
        CampusPlan plan = CampusPlan.STANDARD
                .withDuration(Duration.ofSeconds(18))
                .withRate(100)
                .withWays(WAYS)
                .withServers(100 / CampusPlan.portsAskedFor(WAYS))
                .withInterval(Duration.ofMillis(1_500))
                // What nobody answers, and what a visitor has left behind, holds its lease for so long after the last
                // visit.
                .withSettings("timeouts: { serverIdle: 2s, connect: 3s, halfClosed: 3s }");

        CampusResult result = new CampusRun(plan, (sample, count) -> samples.add(sample)).run();

        assertThat(result.verdicts()).allMatch(Verdict::holds);
        assertThat(result.count().visits()).isEqualTo(1_800);
        assertThat(result.liveHeapBytes()).hasSize(4).allMatch(bytes -> bytes > 1 << 20);
        assertThat(samples).hasSize(12).isEqualTo(result.samples());
        assertThat(CampusJson.of(result)).contains("\"visits\":1800", "\"descriptors\":");
    }
}
