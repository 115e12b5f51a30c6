package dev.tidewait.doctor.census;

import java.util.OptionalDouble;

/**
 * What was seen of one (source, destination), and what it says about how connections come and go. Immutable.
 *
 * @param live connections not in TIME_WAIT now
 * @param liveBefore the same at the earlier look
 * @param newcomers begun since the earlier look
 * @param endedElsewhere gone since the earlier look without TIME_WAIT here
 * @param spanSeconds time since the earlier look; 0 without one
 * @param ages TIME_WAIT by age
 * @param opens connections begun, look by look
 * @param takenOver whether connect() takes over older TIME_WAIT, so that the ages show only the last second whole
 */
record Observation(
        int live,
        int liveBefore,
        int newcomers,
        int endedElsewhere,
        double spanSeconds,
        TimeWaitAges ages,
        OpenHistory opens,
        boolean takenOver) {
    /** Standard deviations by which counts may be off by chance (they are taken for Poisson's). */
    private static final double BY_CHANCE = 3;

    private static final double CONTRADICTION = 2;

    Flow flow() {
        Trend trend = timeWait();
        double ends = trend.perSecondNow() + endedElsewherePerSecond();
        return new Flow(
                perSpan(newcomers),
                trend.perSecondNow(),
                trend.slope(),
                perSpan(endedElsewhere),
                ends > 0 ? OptionalDouble.of(live / ends) : OptionalDouble.empty());
    }

    /** What goes on if nothing changes but by the present slope. */
    Demand demand() {
        Trend closes = timeWait();
        double toTimeWait = closes.perSecondNow();
        double ends = toTimeWait + endedElsewherePerSecond();
        boolean watched = opens.isLong();
        return new Demand(
                live,
                watched ? opens.trend().perSecondNow() : openPerSecond(ends + growthPerSecond()),
                watched ? opens.trend().slope() : closes.slope(),
                ends > 0 ? live / ends : Double.POSITIVE_INFINITY,
                ends > 0 ? toTimeWait / ends : 1);
    }

    /** The rate by the last seconds, unless the two looks contradict it: programs stop and catch up within a second, so not for less than half or twice. */
    private double openPerSecond(double bySeconds) {
        double expected = bySeconds * spanSeconds;
        boolean byChance = Math.abs(newcomers - expected) < BY_CHANCE * Math.sqrt(Math.max(1, newcomers));
        boolean near = newcomers < CONTRADICTION * expected && expected < CONTRADICTION * newcomers;
        return spanSeconds == 0 || byChance || near ? bySeconds : newcomers / spanSeconds;
    }

    private Trend timeWait() {
        return takenOver ? new Trend(ages.count(0), 0) : Trend.of(ages);
    }

    private double endedElsewherePerSecond() {
        return spanSeconds > 0 ? endedElsewhere / spanSeconds : 0;
    }

    /** Live connections grow by so many each second. */
    private double growthPerSecond() {
        int growth = live - liveBefore;
        // What came plus what went.
        double noise = Math.sqrt(Math.max(0, 2.0 * newcomers - growth));
        return spanSeconds > 0 && Math.abs(growth) > BY_CHANCE * noise ? growth / spanSeconds : 0;
    }

    private OptionalDouble perSpan(int count) {
        return spanSeconds > 0 ? OptionalDouble.of(count / spanSeconds) : OptionalDouble.empty();
    }
}
