package dev.tidewait.doctor.census;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class TimeWaitSideTest {
    private static TimeWaitSide side(int timeWait, double timeWaitPerSecond, double elsewherePerSecond) {
        return TimeWaitSide.of(
                new StateCounts(0, 0, 1, 0, 0, timeWait, 0, 0, 0),
                new Flow(
                        OptionalDouble.empty(),
                        timeWaitPerSecond,
                        0,
                        OptionalDouble.of(elsewherePerSecond),
                        OptionalDouble.empty()));
    }

    @Test
    void shouldTellWhoClosesFirst() {
        assertThat(side(600, 10, 0)).isEqualTo(TimeWaitSide.HERE);
        assertThat(side(600, 10, 0.1)).as("a reset now and then").isEqualTo(TimeWaitSide.HERE);
        assertThat(side(0, 0, 10)).isEqualTo(TimeWaitSide.PEER);
        assertThat(side(300, 5, 5)).isEqualTo(TimeWaitSide.BOTH);
        assertThat(side(0, 0, 0)).isEqualTo(TimeWaitSide.UNKNOWN);
        assertThat(side(600, 0, 0)).as("ended more than a while ago").isEqualTo(TimeWaitSide.HERE);
    }
}
