package dev.tidewait.doctor.census;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class TrendTest {
    /** @param countAt how many began so many seconds ago */
    private static Trend trend(IntUnaryOperator countAt) {
        int[] counts = new int[TimeWaitAges.BUCKETS];
        for (int age = 0; age < counts.length; age++) {
            counts[age] = countAt.applyAsInt(age);
        }
        return Trend.of(TimeWaitAges.of(counts));
    }

    @Test
    void shouldSeeNothingWhereNothingHappens() {
        assertThat(trend(age -> 0)).isEqualTo(Trend.NONE);
    }

    @Test
    void shouldFollowARampToItsEnd() {
        // 200/s ten seconds ago, 20/s more each second: 400/s now; the counts are those of the middles of the seconds.
        Trend ramp = trend(age -> age < 10 ? 390 - 20 * age : 200);

        assertThat(ramp.slope()).isCloseTo(20, Offset.offset(1e-9));
        assertThat(ramp.perSecondNow()).isCloseTo(400, Offset.offset(1e-9));
    }

    @Test
    void shouldFindASlowRampInTheWholeMinute() {
        Random random = new Random(4);
        for (int round = 0; round < 200; round++) {
            Trend ramp = trend(age -> noisy(random, 500 - 2 * age));

            assertThat(ramp.slope()).isBetween(1.0, 4.0);
            assertThat(ramp.perSecondNow()).isBetween(470.0, 530.0);
        }
    }

    @Test
    void shouldForgetWhatWasBeforeAJump() {
        Random random = new Random(5);
        for (int round = 0; round < 200; round++) {
            Trend jumped = trend(age -> noisy(random, age < 12 ? 500 : 100));

            assertThat(jumped.perSecondNow()).isBetween(440.0, 570.0);
        }
    }

    @Test
    void shouldNotTakeNoiseForASlope() {
        Random random = new Random(3);
        int foretold = 0;
        for (int round = 0; round < 1_000; round++) {
            Trend trend = trend(age -> noisy(random, 500));
            foretold += Math.abs(trend.slope()) > 1 ? 1 : 0;
            assertThat(trend.perSecondNow()).isBetween(430.0, 570.0);
        }
        // A slope of 1/s each second would be six standard errors of the whole minute; the rest comes from the shorter
        // times.
        assertThat(foretold).isLessThan(50);
    }

    private static int noisy(Random random, int count) {
        return (int) Math.round(count + random.nextGaussian() * Math.sqrt(count));
    }

    @Test
    void shouldNotTakeABeginningForASlope() {
        // Began 4.6 seconds ago.
        Trend begun = trend(age -> age < 4 ? 100 : age == 4 ? 60 : 0);

        assertThat(begun.slope()).isZero();
        assertThat(begun.perSecondNow()).isEqualTo(100);
    }

    @Test
    void shouldNotTakeAChanceEventForABeginning() {
        assertThat(trend(age -> age == 0 ? 1 : 0).perSecondNow()).isCloseTo(0.1, Offset.offset(0.2));
    }
}
