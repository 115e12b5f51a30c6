package dev.tidewait.doctor.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CapacityTest {
    /** NANOG, December 2012: 32K ports and 60 s make about 500 a second; 30, 15 and 10 s about 1,000, 2,000 and 3,000. */
    @ParameterizedTest
    @CsvSource({"60000, 546, 500", "30000, 1092, 1000", "15000, 2184, 2000", "10000, 3276, 3000"})
    void shouldGiveTheRowsOfTheMailingList(long timeWaitMillis, long exact, long about) {
        Capacity capacity = new Capacity(32_768, 1, 1, timeWaitMillis, 0, 1);

        assertThat(capacity.connectionsPerSecond()).isEqualTo(exact).isBetween(about, about * 11 / 10);
        assertThat(capacity.timeWaitSockets()).isEqualTo(32_768);
    }

    @Test
    void shouldGiveTheFiguresThatWereMeasured() {
        // nginx as shipped over 28,232 automatic ports carries 470/s.
        assertThat(new Capacity(28_232, 1, 1, 60_000, 0, 1).connectionsPerSecond())
                .isEqualTo(470);
    }

    @Test
    void shouldMultiplySourcesAndDestinations() {
        Capacity capacity = new Capacity(1_000, 4, 5, 20_000, 0, 1);

        assertThat(capacity.fourTuples()).isEqualTo(20_000);
        assertThat(capacity.connectionsPerSecond()).isEqualTo(1_000);
    }

    @Test
    void shouldCountTheTimeThatConnectionsAreOpen() {
        Capacity capacity = new Capacity(30_000, 1, 1, 10_000, 5_000, 1);

        assertThat(capacity.connectionsPerSecond()).isEqualTo(2_000);
        assertThat(capacity.timeWaitSockets()).isEqualTo(20_000); // the other 10,000 are open
    }

    @Test
    void shouldSpareTimeWaitWithKeepAliveButNotTheTimeOpen() {
        Capacity capacity = new Capacity(30_000, 1, 1, 60_000, 1_000, 60);

        assertThat(capacity.openMillis()).isEqualTo(60_000);
        assertThat(capacity.connectionsPerSecond()).isEqualTo(250);
        assertThat(capacity.requestsPerSecond()).isEqualTo(15_000);
    }

    @Test
    void shouldRestNothingWhereTheOtherEndClosesFirst() {
        Capacity capacity = new Capacity(1_000, 1, 1, 0, 100, 1);

        assertThat(capacity.connectionsPerSecond()).isEqualTo(10_000);
        assertThat(capacity.timeWaitSockets()).isZero();
    }

    @Test
    void shouldStayExactForTheLargestFigures() {
        Capacity capacity = new Capacity(65_535, 65_536, 65_536, 3_600_000, 0, 10_000);

        assertThat(capacity.fourTuples()).isEqualTo(281_470_681_743_360L);
        assertThat(capacity.connectionsPerSecond()).isEqualTo(78_186_300_484L); // 281,470,681,743,360 / 3,600
        assertThat(capacity.requestsPerSecond()).isEqualTo(781_863_004_842_666L);
    }

    @Test
    void shouldSayWhatIsOutOfBounds() {
        assertThatThrownBy(() -> new Capacity(0, 1, 1, 60_000, 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the number of ports is 1 to 65535, not 0");
        assertThatThrownBy(() -> new Capacity(1, 1, 1, 60_000, 3_600_001, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the hold time in ms is 0 to 3600000");
        assertThatThrownBy(() -> new Capacity(1, 1, 1, 0, 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("say how long a connection is open");
    }
}
