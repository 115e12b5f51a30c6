package dev.tidewait.ports;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForecastTest {
    private static final double STEP = 0.01;
    private static final double SIMULATED_SECONDS = 120;

    private static long[] steady(long rate) {
        long[] perSecond = new long[LeaseRate.SEEN_SECONDS];
        Arrays.fill(perSecond, rate);
        return perSecond;
    }

    /** A rate that is {@code rate} now and changed by {@code slope} each second. */
    private static long[] ramp(long rate, long slope) {
        long[] perSecond = new long[LeaseRate.SEEN_SECONDS];
        for (int i = 0; i < perSecond.length; i++) {
            perSecond[i] = Math.max(0, rate + Math.round(slope * (i + 0.5 - perSecond.length)));
        }
        return perSecond;
    }

    /** As many end as begin. */
    private static LeaseTrend trend(long[] perSecond) {
        return LeaseTrend.of(perSecond, perSecond, 0, 0);
    }

    @Test
    void shouldForeseeNothingWithoutLeases() {
        assertThat(Forecast.timeToExhaustionSeconds(100, 50, trend(steady(0)), 1_000, t -> 49))
                .isEqualTo(-1);
    }

    @Test
    void shouldSayNowWhenNothingIsLeft() {
        assertThat(Forecast.timeToExhaustionSeconds(100, 60, trend(steady(0)), 1_000, t -> 40))
                .isZero();
        assertThat(Forecast.timeToExhaustionSeconds(100, 60, trend(steady(10)), 1_000, t -> 40))
                .isZero();
        assertThat(Forecast.timeToExhaustionSeconds(0, 0, trend(steady(0)), 1_000, t -> 0))
                .isZero();
    }

    @Test
    void shouldNeverRunOutBelowPortsOverFloor() {
        assertThat(Forecast.timeToExhaustionSeconds(15_000, 0, trend(steady(999)), 15_000, t -> 0))
                .isEqualTo(-1);
        assertThat(Forecast.timeToExhaustionSeconds(15_000, 0, trend(steady(1_001)), 15_000, t -> 0))
                .isCloseTo(15, Offset.offset(0.5));
    }

    @Test
    void shouldCountThePresentCoolingPortsUntilTheirFloorPasses() {
        // 600 cool until second 10, and 100 a second are added: full at second 4.
        assertThat(Forecast.timeToExhaustionSeconds(1_000, 0, trend(steady(100)), 60_000, t -> t < 10_000 ? 600 : 0))
                .isCloseTo(4, Offset.offset(0.26));
    }

    @Test
    void shouldSeeAFallingRateEnd() {
        // 1,000/s, 50/s less each second: over after 20 s. Of the 10,000 leases never more than 9,400 are within 15 s.
        long[] falling = ramp(1_000, -50);
        assertThat(Forecast.timeToExhaustionSeconds(9_500, 0, trend(falling), 15_000, t -> 0))
                .isEqualTo(-1);
        assertThat(Forecast.timeToExhaustionSeconds(9_000, 0, trend(falling), 15_000, t -> 0))
                .isBetween(12.0, 15.5);
    }

    @Test
    void shouldNotTakeABeginningForGrowth() {
        long[] begun = {0, 0, 0, 0, 0, 30, 100, 100, 100, 100, 100};

        // 470 cool, 530 are left: at 100/s for 5.3 s.
        assertThat(Forecast.timeToExhaustionSeconds(1_000, 0, trend(begun), 60_000, t -> 470))
                .isCloseTo(5.3, Offset.offset(0.05));
    }

    /**
     * A load that begins within a second of the clock, and is looked at from when ten seconds show a slope to long after the second of its beginning is no
     * longer of the last ten: at each moment what is foretold is what comes.
     */
    @ParameterizedTest
    @CsvSource({
        "120, 0,  2880, 0.05", // 24 s
        "20,  10, 2400, 0.1", // 20 s
        "40,  8,  2880, 0.1" // 22.3 s
    })
    void shouldForetellALoadFromItsBeginningToItsEnd(double perSecond, double slope, int usable, double tolerance) {
        double exhaustion = slope == 0
                ? usable / perSecond
                : (Math.sqrt(perSecond * perSecond + 2 * slope * usable) - perSecond) / slope;
        for (int beginMillis = 0; beginMillis < 1_000; beginMillis += 90) {
            LeaseRate rate = new LeaseRate();
            int begun = 0;
            for (int millis = 0; millis < exhaustion * 1_000 - 100; millis += 10) {
                double seconds = millis / 1_000.0;
                for (; begun <= (perSecond + slope / 2 * seconds) * seconds; begun++) {
                    rate.count(beginMillis + millis);
                }
                if (millis >= 6_000 && millis % 100 == 0) {
                    assertThat(forecast(rate, beginMillis + millis, usable, begun))
                            .as("begun at %d ms, after %d ms", beginMillis, millis)
                            .isCloseTo(exhaustion - seconds, Offset.offset(tolerance * (exhaustion - seconds) + 0.05));
                }
            }
        }
    }

    /** All that begins goes on to hold its port. */
    private static double forecast(LeaseRate rate, long nowMillis, int usable, int begun) {
        long[] leases = new long[LeaseRate.SEEN_SECONDS];
        rate.addTo(leases, new long[LeaseRate.SEEN_SECONDS], nowMillis);
        LeaseTrend trend = LeaseTrend.of(leases, leases, 0, Math.floorMod(nowMillis, 1_000) / 1_000.0);
        return Forecast.timeToExhaustionSeconds(usable, 0, trend, 90_000, later -> begun);
    }

    @Test
    void shouldCountTheGrowthSinceTheLastFullSecond() {
        long[] growing = ramp(200, 40);
        LeaseTrend trend = LeaseTrend.of(growing, growing, 0, 0.5);

        // 200/s half a second ago and 40/s more each second: 220/s now, so 220 t + 20 t squared = 1,000.
        assertThat(trend.perSecond()).isCloseTo(220, Offset.offset(0.5));
        assertThat(Forecast.timeToExhaustionSeconds(2_000, 0, trend, 60_000, t -> 1_000))
                .isCloseTo(3.46, Offset.offset(0.05));
    }

    /** Tunnels that stay. */
    @Test
    void shouldSeeConnectionsAddUpThatDoNotEnd() {
        LeaseTrend trend = LeaseTrend.of(steady(10), steady(0), 0, 0);

        assertThat(Forecast.timeToExhaustionSeconds(1_000, 200, trend, 1_000, t -> 0))
                .isCloseTo(80, Offset.offset(1.0));
    }

    /** Nine in ten seconds, of which none ends: too few for the ten seconds to tell, but not for a minute. */
    @Test
    void shouldSeeTunnelsAddUpThatAreFew() {
        long[] nine = steady(1);
        nine[5] = 0;
        LeaseTrend trend = LeaseTrend.of(nine, steady(0), 54, 0);

        assertThat(trend.endsPerSecond()).isCloseTo(0, Offset.offset(1e-9));
        assertThat(Forecast.timeToExhaustionSeconds(1_000, 900, trend, 1_000, t -> 0))
                .isCloseTo(100 / 0.9, Offset.offset(1.0));
        assertThat(LeaseTrend.of(nine, steady(0), 0, 0).endsPerSecond())
                .as("without the minute")
                .isEqualTo(0.9);
    }

    @Test
    void shouldSeeMoreBeginThanEndWhereTenSecondsCannotTell() {
        LeaseTrend trend = LeaseTrend.of(steady(5), steady(3), 120, 0);

        assertThat(trend.endsPerSecond()).isCloseTo(3, Offset.offset(1e-9));
        // 600 live of which 3/s end: they last 200 s, and 1,000 would be live at last; 700 after 200 s * ln(400 / 300).
        assertThat(Forecast.timeToExhaustionSeconds(700, 600, trend, 0, t -> 0)).isCloseTo(57.5, Offset.offset(1.0));
    }

    /** 100 begin and 60 end each second; those that live end the faster the more they are: 400 live are 667 at last. */
    @Test
    void shouldSeeWhereConnectionsThatLastComeToABalance() {
        LeaseTrend trend = LeaseTrend.of(steady(100), steady(60), 0, 0);

        assertThat(trend.endsPerSecond()).isEqualTo(60);
        assertThat(Forecast.timeToExhaustionSeconds(900, 400, trend, 1_000, t -> 60))
                .isEqualTo(-1);
        assertThat(Forecast.timeToExhaustionSeconds(700, 400, trend, 1_000, t -> 60))
                .isBetween(5.5, 6.3);
    }

    @Test
    void shouldNotMakeGrowthOfAFewLeases() {
        long[] four = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4};

        assertThat(Forecast.timeToExhaustionSeconds(100, 1, trend(four), 1_000, t -> 3))
                .isEqualTo(-1);
    }

    @Test
    void shouldNotMakeGrowthOfNoise() {
        long[] ends = {5, 4, 6, 5, 3, 7, 5, 6, 4, 5, 1};
        LeaseTrend trend = LeaseTrend.of(steady(5), ends, 12, 0);

        assertThat(trend.endsPerSecond()).isEqualTo(5);
        assertThat(Forecast.timeToExhaustionSeconds(1_000, 10, trend, 1_000, t -> 5))
                .isEqualTo(-1);
    }

    /** Second by second and lease by lease, for loads that grow or shrink and connections that last up to two seconds. */
    @Test
    void shouldAgreeWithASimulation() {
        Random random = new Random(11);
        int compared = 0;
        for (int round = 0; round < 300; round++) {
            long rate = random.nextLong(20, 2_020);
            long slope = random.nextInt(3) == 0 ? 0 : random.nextLong(Math.max(1, rate / 10)) - rate / 40;
            double hold = random.nextDouble() * 2;
            long floorMillis = random.nextLong(1_000, 16_000);
            int usable = 500 + random.nextInt(20_000);
            long[] perSecond = ramp(rate, slope);
            // What cools now was released at the present rate and passes its floor at the same pace.
            int coolingNow = (int) Math.min(usable / 2.0, rate * (floorMillis / 1_000.0));
            int leased = (int) Math.round(rate * hold);

            double forecast = Forecast.timeToExhaustionSeconds(
                    usable, leased, trend(perSecond), floorMillis, t -> stillCooling(coolingNow, t, floorMillis));
            double simulated = simulate(usable, rate, slope, hold, floorMillis, coolingNow);

            if (simulated >= 0 && forecast >= 0 && forecast < SIMULATED_SECONDS) {
                compared++;
                assertThat(forecast)
                        .as("round %s", round)
                        .isCloseTo(simulated, Offset.offset(2 + hold + simulated * 0.2));
            } else {
                double peak = peak(rate, slope, hold, floorMillis, coolingNow);
                boolean near = peak > 0.9 * usable && peak < 1.1 * usable;
                boolean agree = simulated < 0 && (forecast < 0 || forecast >= 0.8 * SIMULATED_SECONDS);
                assertThat(agree || near)
                        .as("round %s: %s against %s", round, forecast, simulated)
                        .isTrue();
            }
        }
        assertThat(compared).isGreaterThan(100);
    }

    private static int stillCooling(int now, long afterMillis, long floorMillis) {
        return (int) Math.max(0, now - (long) now * afterMillis / floorMillis);
    }

    private static double rateAt(double t, long rate, long slope) {
        return t < 0 ? rate : Math.max(0, rate + slope * t);
    }

    private static double needAt(double t, long rate, long slope, double hold, long floorMillis, int cooling) {
        double need = stillCooling(cooling, (long) (t * 1_000), floorMillis);
        // Live: leased within the hold time. Cooling: released, that is leased a hold time earlier, within the floor
        // and since now.
        for (double s = t - hold; s < t; s += STEP) {
            need += rateAt(s, rate, slope) * STEP;
        }
        for (double s = Math.max(0, t - floorMillis / 1_000.0); s < t; s += STEP) {
            need += rateAt(s - hold, rate, slope) * STEP;
        }
        return need;
    }

    private static double simulate(int usable, long rate, long slope, double hold, long floorMillis, int cooling) {
        for (double t = 0; t < SIMULATED_SECONDS; t += 0.25) {
            if (needAt(t, rate, slope, hold, floorMillis, cooling) >= usable) {
                return t;
            }
        }
        return -1;
    }

    private static double peak(long rate, long slope, double hold, long floorMillis, int cooling) {
        double peak = 0;
        for (double t = 0; t < SIMULATED_SECONDS; t += 0.5) {
            peak = Math.max(peak, needAt(t, rate, slope, hold, floorMillis, cooling));
        }
        return peak;
    }
}
