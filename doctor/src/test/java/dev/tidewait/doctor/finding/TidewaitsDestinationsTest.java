package dev.tidewait.doctor.finding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.doctor.census.CountedBy;
import dev.tidewait.doctor.census.DestinationUse;
import dev.tidewait.doctor.census.Exhaustion;
import dev.tidewait.doctor.census.Flow;
import dev.tidewait.doctor.census.LedgerUse;
import dev.tidewait.doctor.census.Owners;
import dev.tidewait.doctor.census.StateCounts;
import dev.tidewait.doctor.census.TimeWaitAges;
import dev.tidewait.doctor.host.PlantedFiles;
import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Findings about destinations whose ports Tidewait chooses: what it can use again is no trouble. */
final class TidewaitsDestinationsTest {
    private static final int USABLE = 10_000;
    private static final int TIME_WAIT = 9_000;

    @TempDir
    private Path directory;

    @Test
    void shouldBeQuietWhereAllPortsHavePassedTheirFloor() {
        assertThat(findings(byLedger(USABLE, new Exhaustion.NotForeseen(0)))).isEmpty();
        assertThat(findings(byFloor(TIME_WAIT))).isEmpty();
    }

    @Test
    void shouldWarnWhereThePortsAreBelowTheirFloor() {
        assertThat(findings(byFloor(0)))
                .extracting(Finding::key)
                .containsExactlyInAnyOrder("destination-exhaustion", "keep-alive");
        assertThat(findings(byLedger(1_000, new Exhaustion.Foreseen(20))))
                .extracting(Finding::key)
                .containsExactlyInAnyOrder("destination-exhaustion", "keep-alive");
    }

    @Test
    void shouldNotAdviseSettingsThatTidewaitDoesNotFollow() {
        Finding finding = findings(byLedger(0, new Exhaustion.Reached())).getFirst();

        assertThat(finding.severity()).isEqualTo(Severity.TROUBLE);
        Fix fix = finding.fix().orElseThrow();
        assertThat(fix.commands()).isEmpty();
        assertThat(fix.advice()).contains("sources.ports", "sources.addresses").doesNotContain("tcp_tw_reuse");
    }

    private List<Finding> findings(DestinationUse use) {
        return Checks.look(new PlantedFiles(directory).facts(), MadeUp.destinations(use)).stream()
                .filter(finding -> finding.isAtLeast(Severity.NOTE))
                .toList();
    }

    /** All TIME_WAIT, of which so many are older than the shortest floor. */
    private static DestinationUse byFloor(int reusable) {
        return use(TIME_WAIT, reusable, new Exhaustion.NotForeseen(0), CountedBy.FLOOR, Optional.empty());
    }

    private static DestinationUse byLedger(int headroom, Exhaustion exhaustion) {
        LedgerUse ledger = new LedgerUse(USABLE, 0, TIME_WAIT, 0, headroom, 0, 150, 1_000, exhaustion);
        int inUse = Math.max(TIME_WAIT, USABLE - headroom);
        return use(inUse, inUse - (USABLE - headroom), exhaustion, CountedBy.LEDGER, Optional.of(ledger));
    }

    private static DestinationUse use(
            int inUse, int reusable, Exhaustion exhaustion, CountedBy countedBy, Optional<LedgerUse> ledger) {
        return new DestinationUse(
                IpAddress.of(InetAddress.ofLiteral("198.51.100.1")),
                new Destination(IpAddress.of(InetAddress.ofLiteral("203.0.113.9")), 443),
                new StateCounts(0, 0, 0, 0, 0, TIME_WAIT, 0, 0, 0),
                USABLE,
                inUse,
                reusable,
                inUse / 2,
                TimeWaitAges.NONE,
                new Flow(OptionalDouble.of(150), 150, 0, OptionalDouble.of(0), OptionalDouble.of(0.2)),
                exhaustion,
                Owners.NONE,
                countedBy,
                ledger);
    }
}
