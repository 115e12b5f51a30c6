package dev.tidewait.ports;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LeaseRateTest {
    private final LeaseRate rate = new LeaseRate();

    private long[] at(long nowMillis) {
        long[] perSecond = new long[LeaseRate.SEEN_SECONDS];
        rate.addTo(perSecond, new long[LeaseRate.SEEN_SECONDS], nowMillis);
        return perSecond;
    }

    private long[] endsAt(long nowMillis) {
        long[] endsPerSecond = new long[LeaseRate.SEEN_SECONDS];
        rate.addTo(new long[LeaseRate.SEEN_SECONDS], endsPerSecond, nowMillis);
        return endsPerSecond;
    }

    private void count(int times, long nowMillis) {
        for (int i = 0; i < times; i++) {
            rate.count(nowMillis);
        }
    }

    @Test
    void shouldCountNothingBeforeTheFirstLease() {
        assertThat(at(5_000)).containsOnly(0);
    }

    @Test
    void shouldShowTheLastTenFullSecondsAndTheOneBeforeOldestFirst() {
        for (int second = 0; second < 15; second++) {
            count(second + 1, second * 1_000L);
            count(second + 1, second * 1_000L + 999);
        }

        assertThat(at(15_000)).containsExactly(10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
        assertThat(rate.total()).isEqualTo(240);
    }

    @Test
    void shouldLeaveOutThePresentSecond() {
        count(3, 1_999);
        count(5, 2_000);

        assertThat(at(2_999)).endsWith(0, 3);
        assertThat(at(3_000)).endsWith(3, 5);
    }

    @Test
    void shouldForgetAfterALongRest() {
        count(7, 1_000);
        assertThat(at(12_999)).startsWith(7, 0);
        assertThat(at(13_000)).containsOnly(0);

        count(2, 1_000_000_000_000L);
        assertThat(at(1_000_000_001_000L)).endsWith(0, 2).startsWith(0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void shouldCountOnAfterSomebodyLooked() {
        count(4, 1_500);
        assertThat(at(3_500)).endsWith(0, 4, 0);
        count(6, 3_600);

        assertThat(at(4_000)).endsWith(4, 0, 6);
    }

    @Test
    void shouldWorkBeforeTheClocksZeroAndWithALaggingThread() {
        count(2, -3_500);
        count(3, -2_100);
        count(1, -3_400);

        assertThat(at(-2_000)).endsWith(2, 4);
    }

    @Test
    void shouldTellByHowMuchTheLiveBecameMoreInAMinute() {
        count(7, 1_000);
        for (int second = 2; second < 100; second++) {
            count(3, second * 1_000L);
            rate.countEnd(second * 1_000L + 500);
        }

        assertThat(rate.grownInMinute(100_000)).isEqualTo(120);
        assertThat(rate.grownInMinute(130_000)).isEqualTo(60);
        assertThat(rate.grownInMinute(160_000)).isZero();
        assertThat(rate.grownInMinute(1_000_000_000_000L)).isZero();
    }

    @Test
    void shouldNotTakeABeginningForWhatAMinuteAdded() {
        count(7, 1_000);

        assertThat(rate.grownInMinute(60_999)).isZero();
        assertThat(rate.grownInMinute(61_000)).isEqualTo(7);
    }

    @Test
    void shouldCountEndsApart() {
        count(3, 1_000);
        rate.countEnd(1_500);
        rate.countEnd(2_500);
        rate.countEnd(2_600);

        assertThat(at(3_000)).endsWith(3, 0);
        assertThat(endsAt(3_000)).endsWith(1, 2);
        assertThat(endsAt(14_000)).containsOnly(0);
        assertThat(rate.total()).isEqualTo(3);
    }
}
