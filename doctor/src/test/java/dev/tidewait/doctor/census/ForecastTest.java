package dev.tidewait.doctor.census;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ForecastTest {
    private static final TimeWaitTimer TIMER = TimeWaitTimer.atTicksPerSecond(250);
    private static final double BLOCK = TIMER.longestSeconds();

    private final Forecast forecast = new Forecast(TIMER);

    private Exhaustion of(double limit, Demand demand, TimeWaitAges ages) {
        return forecast.exhaustion(limit, demand, ages, 1, BLOCK);
    }

    private static double seconds(Exhaustion exhaustion) {
        assertThat(exhaustion).isInstanceOf(Exhaustion.Foreseen.class);
        return ((Exhaustion.Foreseen) exhaustion).seconds();
    }

    /** So many of each age, the overdue left out. */
    private static TimeWaitAges each(int count, int fromAge, int untilAge) {
        int[] counts = new int[TimeWaitAges.BUCKETS];
        for (int age = fromAge; age < untilAge; age++) {
            counts[age] = count;
        }
        return TimeWaitAges.of(counts);
    }

    private static Demand shortConnections(double perSecond, double slope) {
        return new Demand(0, perSecond, slope, 0, 1);
    }

    @Test
    void shouldSayNowWhenNothingIsLeft() {
        assertThat(of(600, shortConnections(10, 0), each(10, 0, 60))).isEqualTo(new Exhaustion.Reached());
        assertThat(of(0, shortConnections(0, 0), TimeWaitAges.NONE)).isEqualTo(new Exhaustion.Reached());
    }

    @Test
    void shouldForeseeNothingWhereNothingMoves() {
        assertThat(of(601, shortConnections(0, 0), each(10, 0, 60))).isEqualTo(new Exhaustion.NotForeseen(600));
    }

    @Test
    void shouldDivideWhatIsLeftByTheRateBeforeTheFirstLeave() {
        // Begun ten seconds ago at 100/s.
        assertThat(seconds(of(3_000, shortConnections(100, 0), each(100, 0, 10))))
                .isCloseTo(20, Offset.offset(0.01));
    }

    @Test
    void shouldNeverRunOutAtARateThatThePortsCarry() {
        int perSecond = 400;
        double peak = perSecond * BLOCK;

        assertThat(of(peak + 1, shortConnections(perSecond, 0), each(perSecond, 0, 60)))
                .isEqualTo(new Exhaustion.NotForeseen((int) Math.round(peak)));
        assertThat(of(peak - 100, shortConnections(perSecond, 0), each(perSecond, 0, 30)))
                .isInstanceOf(Exhaustion.Foreseen.class);
    }

    @Test
    void shouldLetWhatCoolsLeaveByItsOwnTimer() {
        // 5,000 closed in one burst 40 s ago; 100/s since now: 2,000 + 5,000 until they leave, then 100/s for ever.
        TimeWaitAges burst = each(5_000, 40, 41);

        assertThat(seconds(of(6_500, shortConnections(100, 0), burst))).isCloseTo(15, Offset.offset(0.01));
        assertThat(of(7_300, shortConnections(100, 0), burst)).isInstanceOf(Exhaustion.NotForeseen.class);
    }

    @Test
    void shouldFollowARamp() {
        // 10/s more each second, from 100/s: 100 t + 5 t^2 = 7,500 after 30 s.
        assertThat(seconds(of(7_500, shortConnections(100, 10), TimeWaitAges.NONE)))
                .isCloseTo(30, Offset.offset(0.05));
    }

    @Test
    void shouldSeeAFallingRateEnd() {
        // 1,000/s, 50/s less each second: over after 20 s and 10,000 connections.
        assertThat(of(10_100, shortConnections(1_000, -50), TimeWaitAges.NONE))
                .isInstanceOf(Exhaustion.NotForeseen.class);
        assertThat(seconds(of(9_500, shortConnections(1_000, -50), TimeWaitAges.NONE)))
                .isBetween(14.0, 16.5);
    }

    @Test
    void shouldCountConnectionsThatNeverEnd() {
        Demand kept = new Demand(1_000, 50, 0, Double.POSITIVE_INFINITY, 1);

        assertThat(seconds(of(28_232, kept, TimeWaitAges.NONE))).isCloseTo(27_232 / 50.0, Offset.offset(0.5));
    }

    @Test
    void shouldCountConnectionsThatLast() {
        // 100/s for 20 s each: 2,000 live, then 6,205 in TIME_WAIT.
        Demand balanced = new Demand(2_000, 100, 0, 20, 1);

        assertThat(of(8_210, balanced, TimeWaitAges.NONE)).isInstanceOf(Exhaustion.NotForeseen.class);
        assertThat(seconds(of(7_000, balanced, TimeWaitAges.NONE))).isCloseTo(50, Offset.offset(0.1));
    }

    @Test
    void shouldCountNoTimeWaitWhereThePeerHoldsIt() {
        Demand peerCloses = new Demand(2_000, 100, 0, 20, 0);

        assertThat(of(2_001, peerCloses, TimeWaitAges.NONE)).isEqualTo(new Exhaustion.NotForeseen(2_000));
    }

    @Test
    void shouldTakeOnlyTheYoungForTakenWhereConnectTakesOver() {
        Demand demand = shortConnections(5_000, 0);

        assertThat(forecast.exhaustion(28_232, demand, each(470, 0, 60), 1, 1))
                .isEqualTo(new Exhaustion.NotForeseen(5_000));
    }
}
