package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * {@code lab table} in small: 300 ports, 2 and 3 s. In so short a turn a pause of the machine of 40 ms costs 2 %, so what is served above
 * the limit may be less here than the command allows. What must hold on any machine: never more than ports ÷ length, and never younger
 * than the length.
 */
@NeedsRoot
@Timeout(120)
class TableTest {
    private static final int PORTS = 300;

    @Test
    void shouldServeWhatPortsAndLengthAllowAndLetTheRestWait() {
        TablePlan two = new TablePlan(PORTS, Optional.of(Duration.ofSeconds(2)), 100);
        TablePlan three = new TablePlan(PORTS, Optional.of(Duration.ofSeconds(3)), 100);
        TablePlan elastic = new TablePlan(PORTS, Optional.empty(), 100);

        List<TableLine> table = new Table(List.of(two, three, elastic), line -> {}).measure();

        assertThat(table).extracting(TableLine::plan).containsExactly(two, three, elastic);
        assertThat(table).allSatisfy(line -> {
            assertThat(line.failed()).isZero();
            assertThat(line.failedAbove()).isZero();
            assertThat(line.lostShare()).isLessThan(0.001);
        });
        assertThat(table.subList(0, 2)).allSatisfy(TableTest::assertFixed);
        TableLine last = table.get(2);
        assertThat(last.youngestNanos()).isGreaterThan(1_500_000_000);
        assertThat(last.meanNanos()).isGreaterThan(2_700_000_000.0);
        assertThat(TableJson.of(table)).contains("\"timeWait\":\"2 s\"", "\"timeWait\":\"elastic\"");
    }

    private static void assertFixed(TableLine line) {
        double wanted = line.plan().wantedPerSecond();
        assertThat(line.youngestNanos())
                .isGreaterThanOrEqualTo(line.plan().turn().toNanos());
        assertThat(line.servedAbove()).isBetween(0.75 * wanted, 1.02 * wanted);
        assertThat(line.lineGrowth()).as("what is not served stands in line").isPositive();
    }
}
