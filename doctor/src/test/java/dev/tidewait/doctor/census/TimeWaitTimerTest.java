package dev.tidewait.doctor.census;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TimeWaitTimerTest {
    @Test
    void shouldKnowHowLateTheTimerWheelFires() {
        // 6,000 and 15,000 ticks lie in the level with grains of 512 ticks, 60,000 ticks in that of 4,096.
        assertThat(TimeWaitTimer.atTicksPerSecond(100).lateSeconds()).isEqualTo(5.12);
        assertThat(TimeWaitTimer.atTicksPerSecond(250).lateSeconds()).isEqualTo(2.048);
        assertThat(TimeWaitTimer.atTicksPerSecond(1_000).lateSeconds()).isEqualTo(4.096);
    }

    @Test
    void shouldTellTheAgeByWhatIsLeft() {
        assertThat(TimeWaitTimer.ageMillis(60_000)).isZero();
        assertThat(TimeWaitTimer.ageMillis(59_000)).isEqualTo(1_000);
        assertThat(TimeWaitTimer.ageMillis(0)).isEqualTo(60_000);
        assertThat(TimeWaitTimer.ageMillis(4_000_000_000L))
                .as("a timer that is not set yet")
                .isZero();
    }
}
