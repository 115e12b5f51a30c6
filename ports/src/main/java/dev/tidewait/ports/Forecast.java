package dev.tidewait.ports;

import java.util.function.LongToIntFunction;

/**
 * When ports run out: the first moment at which live and not yet reusable ports reach the usable ones, if the lease rate goes on as
 * it did, with its slope, over the last ten seconds, and connections last as long as they do now. Used for one forecast, by one thread.
 *
 * <p>Steps through the time ahead with two stocks. Live connections begin at the rate of leases and end so that one lasts the present hold time (a
 * first-order lag, exact in each step); where none ends they only add up. What ends blocks its port for the present floor; what cools already leaves by
 * its own.
 */
final class Forecast {
    static final int HORIZON_SECONDS = 3_600;

    private static final double FINE_STEP_SECONDS = 0.25;
    private static final double FINE_UNTIL_SECONDS = 60;
    private static final double COARSE_STEP_SECONDS = 5;
    private static final int STEPS =
            (int) (FINE_UNTIL_SECONDS / FINE_STEP_SECONDS + HORIZON_SECONDS / COARSE_STEP_SECONDS) + 2;

    private final double[] times = new double[STEPS];
    /** Connections that ended from now until then. */
    private final double[] ended = new double[STEPS];

    private Forecast() {}

    /**
     * @param usable ports that may be leased at all
     * @param leased live connections now
     * @param trend how leases come and go
     * @param floorMillis how long a released port is not reusable
     * @param stillBelowFloor of the ports cooling now, how many will be below their floor so many milliseconds from now
     * @return seconds from now; 0 = now; −1 = not within the horizon
     */
    static double timeToExhaustionSeconds(
            int usable, int leased, LeaseTrend trend, long floorMillis, LongToIntFunction stillBelowFloor) {
        int now = leased + stillBelowFloor.applyAsInt(0);
        if (now >= usable) {
            return 0;
        }
        double hold = holdSeconds(leased, trend);
        double floor = floorMillis / 1_000.0;
        boolean staysBelow =
                trend.slope() <= 0 && (trend.perSecond() == 0 || now + trend.perSecond() * (hold + floor) < usable);
        return staysBelow ? -1 : new Forecast().step(usable, leased, trend, hold, floor, stillBelowFloor);
    }

    /** Infinite where none ends. */
    private static double holdSeconds(int leased, LeaseTrend trend) {
        if (leased == 0) {
            return 0;
        }
        return trend.endsPerSecond() > 0 ? leased / trend.endsPerSecond() : Double.POSITIVE_INFINITY;
    }

    private double step(
            int usable, int leased, LeaseTrend trend, double hold, double floor, LongToIntFunction stillBelowFloor) {
        double live = leased;
        double inUse = leased + stillBelowFloor.applyAsInt(0);
        int behind = 0;
        for (int last = 1; times[last - 1] < HORIZON_SECONDS; last++) {
            double from = times[last - 1];
            double length = from < FINE_UNTIL_SECONDS ? FINE_STEP_SECONDS : COARSE_STEP_SECONDS;
            double begun = trend.perSecondAt(from + length / 2) * length;
            double liveThen = liveAfter(live, begun, length, hold);
            times[last] = from + length;
            ended[last] = ended[last - 1] + Math.max(0, live + begun - liveThen);
            live = liveThen;
            double rested = times[last] - floor;
            while (behind < last && times[behind + 1] <= rested) {
                behind++;
            }
            double before = inUse;
            inUse = live
                    + stillBelowFloor.applyAsInt((long) (times[last] * 1_000))
                    + ended[last]
                    - endedUntil(rested, behind);
            if (inUse >= usable) {
                return from + length * (usable - before) / (inUse - before);
            }
        }
        return -1;
    }

    /** Live connections after a step, if they end as fast as their number over the hold time. */
    private static double liveAfter(double live, double begun, double length, double holdSeconds) {
        if (Double.isInfinite(holdSeconds)) {
            return live + begun;
        }
        double balance = begun / length * holdSeconds;
        return balance + (live - balance) * (holdSeconds > 0 ? Math.exp(-length / holdSeconds) : 0);
    }

    private double endedUntil(double seconds, int step) {
        if (seconds <= 0) {
            return 0;
        }
        double part = (seconds - times[step]) / (times[step + 1] - times[step]);
        return ended[step] + (ended[step + 1] - ended[step]) * part;
    }
}
