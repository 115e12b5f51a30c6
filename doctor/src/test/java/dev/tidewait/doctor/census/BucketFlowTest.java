package dev.tidewait.doctor.census;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class BucketFlowTest {
    private static final int PER_SECOND = 2_400;
    private static final int MAX_BUCKETS = 131_072;
    private static final TimeWaitTimer TIMER = TimeWaitTimer.atTicksPerSecond(250);

    /** As Tidewait leaves them at 2,400/s over 36,280 ports: each port is taken again after 15 s. */
    private static TimeWaitAges takenAgainAfterFifteenSeconds() {
        int[] counts = new int[TimeWaitAges.BUCKETS];
        for (int age = 0; age < 15; age++) {
            counts[age] = PER_SECOND;
        }
        return TimeWaitAges.of(counts);
    }

    private static Exhaustion forecast(Trend trend) {
        Demand demand = new Demand(0, trend.perSecondNow(), trend.slope(), 0, 1);
        return new Forecast(TIMER)
                .exhaustion(MAX_BUCKETS, demand, takenAgainAfterFifteenSeconds(), 1, TIMER.longestSeconds());
    }

    @Test
    void shouldForeseeNoEndWhereAsManyAreTakenOverAsBegin() {
        Trend begun = Trend.of(takenAgainAfterFifteenSeconds());

        assertThat(forecast(new BucketFlow(begun, PER_SECOND).net())).isInstanceOf(Exhaustion.NotForeseen.class);
        assertThat(forecast(new BucketFlow(begun, 0).net()))
                .isInstanceOfSatisfying(
                        Exhaustion.Foreseen.class,
                        soon -> assertThat(soon.seconds()).isCloseTo(39.6, Offset.offset(0.1)));
    }

    @Test
    void shouldCountWhatIsLeft() {
        Trend net = new BucketFlow(new Trend(PER_SECOND, 7), 1_000).net();

        assertThat(net).isEqualTo(new Trend(1_400, 0));
    }

    @Test
    void shouldKeepTheSlopeWhereHardlyAnyLeavesEarly() {
        assertThat(new BucketFlow(new Trend(100, 7), 1).net()).isEqualTo(new Trend(99, 7));
    }

    @Test
    void shouldNotFallBelowZero() {
        assertThat(new BucketFlow(new Trend(100, 7), 101).net()).isEqualTo(Trend.NONE);
    }
}
