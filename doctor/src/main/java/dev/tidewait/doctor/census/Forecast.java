package dev.tidewait.doctor.census;

/**
 * When ports run out. Keeps memory between calls; owned by one thread.
 *
 * <p>Steps through the time ahead with two stocks. Live connections open at the present rate and its slope, and end so that one lasts the present
 * hold time (a first-order lag, exact in each step, so that it holds for milliseconds and hours). What ends goes to TIME_WAIT as far as it does
 * now, and blocks its port until {@code blockSeconds} have passed; what is in TIME_WAIT already leaves by its own timer: the cooling queue is the
 * forecast.
 *
 * <p>Hazard: the kernel frees TIME_WAIT in batches, so the true number is a saw whose teeth reach up to what is computed here; the moment foretold
 * may be early by a grain of the timer (2 s at HZ=250).
 */
final class Forecast {
    static final double HORIZON_SECONDS = 3_600;

    private static final double FINE_STEP_SECONDS = 0.25;
    private static final double FINE_UNTIL_SECONDS = 60;
    private static final double COARSE_STEP_SECONDS = 5;
    private static final int STEPS =
            (int) (FINE_UNTIL_SECONDS / FINE_STEP_SECONDS + HORIZON_SECONDS / COARSE_STEP_SECONDS) + 2;

    /** Shares of whole sockets add up to this much less. */
    private static final double ROUNDING = 1e-6;

    private final double lateSeconds;
    /** How many of those in TIME_WAIT now are younger than so many seconds. */
    private final double[] younger = new double[TimeWaitAges.BUCKETS + 1];

    private final double[] times = new double[STEPS];
    /** Connections that went to TIME_WAIT from now until then. */
    private final double[] closed = new double[STEPS];

    Forecast(TimeWaitTimer timer) {
        lateSeconds = timer.lateSeconds();
    }

    /**
     * @param limit what there is
     * @param demand how it is taken and given back
     * @param ages TIME_WAIT that takes it now
     * @param agesShare the share of {@code ages} that does, 0 to 1
     * @param blockSeconds how long a TIME_WAIT takes it
     */
    Exhaustion exhaustion(double limit, Demand demand, TimeWaitAges ages, double agesShare, double blockSeconds) {
        sum(ages, agesShare);
        double live = demand.live();
        double now = live + youngerThan(blockSeconds);
        if (now >= limit - ROUNDING) {
            return new Exhaustion.Reached();
        }
        if (demand.openSlope() <= 0 && bound(demand, now, blockSeconds) < limit) {
            return new Exhaustion.NotForeseen((int) Math.round(steady(demand, now, blockSeconds)));
        }
        return step(limit, demand, now, blockSeconds);
    }

    private Exhaustion step(double limit, Demand demand, double now, double blockSeconds) {
        double live = demand.live();
        double inUse = now;
        double peak = now;
        int last = 0;
        int behind = 0;
        times[0] = 0;
        closed[0] = 0;
        while (times[last] < HORIZON_SECONDS) {
            double from = times[last];
            double length = from < FINE_UNTIL_SECONDS ? FINE_STEP_SECONDS : COARSE_STEP_SECONDS;
            double opened = demand.openPerSecondAt(from + length / 2) * length;
            double liveThen = liveAfter(live, opened, length, demand.holdSeconds());
            last++;
            times[last] = from + length;
            closed[last] = closed[last - 1] + Math.max(0, live + opened - liveThen) * demand.timeWaitShare();
            live = liveThen;
            double gone = times[last] - blockSeconds;
            while (behind < last && times[behind + 1] <= gone) {
                behind++;
            }
            double before = inUse;
            inUse = live + youngerThan(blockSeconds - times[last]) + closed[last] - closedUntil(gone, behind);
            peak = Math.max(peak, inUse);
            if (inUse >= limit) {
                return new Exhaustion.Foreseen(from + length * (limit - before) / (inUse - before));
            }
        }
        return new Exhaustion.NotForeseen((int) Math.round(peak));
    }

    /** Live connections after a step, if they end as fast as their number over the hold time. */
    private static double liveAfter(double live, double opened, double length, double holdSeconds) {
        if (Double.isInfinite(holdSeconds)) {
            return live + opened;
        }
        double balance = opened / length * holdSeconds;
        return balance + (live - balance) * (holdSeconds > 0 ? Math.exp(-length / holdSeconds) : 0);
    }

    /** Not less than will ever be in use at a rate that does not grow. */
    private static double bound(Demand demand, double now, double blockSeconds) {
        return demand.openPerSecond() == 0 ? now : now + steady(demand, 0, blockSeconds);
    }

    /** What will be in use for ever at a constant rate, or is now if that is more. */
    private static double steady(Demand demand, double now, double blockSeconds) {
        double each = demand.holdSeconds() + blockSeconds * demand.timeWaitShare();
        return demand.openPerSecond() == 0 ? now : Math.max(now, demand.openPerSecond() * each);
    }

    private void sum(TimeWaitAges ages, double share) {
        for (int age = 0; age < TimeWaitAges.BUCKETS; age++) {
            younger[age + 1] = younger[age] + ages.count(age) * share;
        }
    }

    private double youngerThan(double seconds) {
        if (seconds <= 0) {
            return 0;
        }
        int full = (int) Math.min(seconds, TimeWaitAges.OVERDUE);
        double part = full < TimeWaitAges.OVERDUE ? seconds - full : Math.min(1, (seconds - full) / lateSeconds);
        return younger[full] + (younger[full + 1] - younger[full]) * part;
    }

    private double closedUntil(double seconds, int step) {
        if (seconds <= 0) {
            return 0;
        }
        double part = (seconds - times[step]) / (times[step + 1] - times[step]);
        return closed[step] + (closed[step + 1] - closed[step]) * part;
    }
}
