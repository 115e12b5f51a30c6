package dev.tidewait.ports;

import java.util.function.LongToIntFunction;

/**
 * When ports run out: the first moment at which live and not yet reusable ports reach the usable ones, if the lease rate goes on as
 * it did, with its slope, over the last ten seconds, and connections last as long as they do now. No state.
 */
final class Forecast {
    static final int HORIZON_SECONDS = 3_600;

    private Forecast() {}

    /**
     * @param usable ports that may be leased at all
     * @param leased live connections now
     * @param perSecond leases in each of the last ten seconds, oldest first
     * @param floorMillis how long a released port is not reusable
     * @param stillBelowFloor of the ports cooling now, how many will be below their floor so many milliseconds from now
     * @return seconds from now; 0 = now; −1 = not within the horizon
     */
    static double timeToExhaustionSeconds(
            int usable, int leased, long[] perSecond, long floorMillis, LongToIntFunction stillBelowFloor) {
        double rate = 0;
        double slope = 0;
        for (int i = 0; i < perSecond.length; i++) {
            double x = i - (perSecond.length - 1) / 2.0;
            rate += (double) perSecond[i] / perSecond.length;
            slope += perSecond[i] * x;
        }
        // Least squares over equally spaced seconds: the sum of x squared is n (n squared - 1) / 12.
        slope /= perSecond.length * (perSecond.length * (double) perSecond.length - 1) / 12;
        double nowRate = Math.max(0, rate + slope * (perSecond.length / 2.0));
        double hold = nowRate > 0 ? leased / nowRate : 0;
        double floor = floorMillis / 1_000.0;
        if (nowRate == 0 && slope <= 0) {
            return leased + stillBelowFloor.applyAsInt(0) >= usable ? 0 : -1;
        }
        // A rate that falls ends at nothing, not below.
        double ends = slope < 0 ? -nowRate / slope : Double.MAX_VALUE;
        double step = 0.25;
        for (double t = 0; t <= HORIZON_SECONDS; t += step) {
            double live = nowRate > 0 ? Math.max(0, nowRate + slope * t) * hold : leased;
            double notReusable = stillBelowFloor.applyAsInt((long) (t * 1_000));
            double until = Math.min(t, ends);
            double from = Math.min(until, Math.max(0, t - floor));
            notReusable += nowRate * (until - from) + slope * (until * until - from * from) / 2;
            if (live + notReusable >= usable) {
                return t;
            }
            if (t >= 60) {
                step = 5;
            }
        }
        return -1;
    }
}
