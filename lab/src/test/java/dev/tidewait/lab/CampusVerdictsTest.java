package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.lab.campus.Way;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What must make a campus run fail. */
class CampusVerdictsTest {
    private static final CampusPlan PLAN = CampusPlan.STANDARD
            .withDuration(Duration.ofSeconds(100))
            .withServers(10)
            .withWays(List.of(Way.CONNECT));
    private static final long MEGABYTE = 1 << 20;

    @Test
    void shouldHoldWhereNothingFailsAndNothingGrows() {
        assertThat(failed(result(0, 0, 65_534, List.of(20L, 20L, 21L, 22L), 0))).isEmpty();
    }

    @Test
    void shouldFailForOneVisitThatFailed() {
        assertThat(failed(result(1, 0, 65_534, List.of(20L, 20L, 20L, 20L), 0)))
                .singleElement()
                .asString()
                .startsWith("every visit ends");
    }

    @Test
    void shouldFailForALiveHeapThatGrows() {
        assertThat(failed(result(0, 0, 65_534, List.of(20L, 22L, 26L, 29L), 0)))
                .singleElement()
                .asString()
                .startsWith("the live heap is flat");
    }

    @Test
    void shouldFailForDescriptorsMemoryAndLedgersThatGrow() {
        assertThat(failed(result(0, 10, 65_534, List.of(20L, 20L, 20L, 20L), 0)))
                .hasSize(3)
                .filteredOn(claim -> claim.contains("flat"))
                .hasSize(2);
    }

    @Test
    void shouldFailForRootAndForALostLease() {
        assertThat(failed(result(0, 0, 0, List.of(20L, 20L, 20L, 20L), 1)))
                .containsExactlyInAnyOrder("the proxy is an ordinary user's", "no lease is lost");
    }

    private static List<String> failed(CampusResult result) {
        return result.verdicts().stream()
                .filter(verdict -> !verdict.holds())
                .map(Verdict::claim)
                .toList();
    }

    private static CampusResult result(
            long failed, int growthPerSecond, int user, List<Long> liveMegabytes, long leased) {
        List<CampusSample> samples = new ArrayList<>();
        for (int second = 5; second <= 100; second += 5) {
            int growth = second * growthPerSecond;
            samples.add(
                    new CampusSample(second, 0, (200 + growth) * MEGABYTE, 300 + growth, 15 + growth, 100, 1_000, 0));
        }
        Map<String, Long> kinds = new TreeMap<>();
        for (int i = 0; i < 7; i++) {
            kinds.put("connect " + i, 1L);
        }
        return new CampusResult(
                PLAN,
                new CampusCount(1_000, 0, failed, 0, kinds, Map.of()),
                samples,
                liveMegabytes.stream().map(size -> size * MEGABYTE).toList(),
                user,
                0,
                leased,
                new OriginReport(1, 1, 1, 0, 0, 0, 0, 0, 0, 0));
    }
}
