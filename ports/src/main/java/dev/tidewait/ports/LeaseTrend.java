package dev.tidewait.ports;

/**
 * How leases come and go at present, by straight lines (least squares) through the last ten full seconds; where these cannot tell whether as many end
 * as begin, by what has been added within a minute. Immutable.
 *
 * @param perSecond leases each second now
 * @param slope change of that rate each second
 * @param endsPerSecond leases that end each second now
 */
record LeaseTrend(double perSecond, double slope, double endsPerSecond) {
    /** The oldest of the ten. */
    private static final int OLDEST = LeaseRate.SEEN_SECONDS - LeaseRate.SECONDS;

    /** Fewer seconds tell no slope. */
    private static final int LEAST_FOR_SLOPE = 4;

    /** Fewer leases may leave seconds empty by chance, and tell no slope: four at once are no growth of a quarter of a lease each second. */
    private static final int MANY = 20;

    /** Standard deviations by which counts may differ by chance (they are taken for Poisson's). */
    private static final double BY_CHANCE = 3;

    /** So many times as much comes and goes in a minute as in ten seconds. */
    private static final double TENS_IN_MINUTE = (double) LeaseRate.MINUTE_SECONDS / LeaseRate.SECONDS;

    /**
     * The trend.
     *
     * @param leases in each of the last {@link LeaseRate#SEEN_SECONDS} full seconds, oldest first; the first of them does not count
     * @param ends leases that ended in these seconds
     * @param grownInMinute by how much the live leases became more in the last sixty seconds; 0 if that is not known
     * @param sinceSeconds time since the last of them was over, 0 to 1
     */
    static LeaseTrend of(long[] leases, long[] ends, long grownInMinute, double sinceSeconds) {
        int first = begun(leases);
        double slope = sum(leases, first) < MANY ? 0 : slope(leases, first);
        double now = now(leases, first, slope, sinceSeconds);
        long begunCount = sum(leases, first);
        long endedCount = sum(ends, first);
        double chance = BY_CHANCE * Math.sqrt((double) begunCount + endedCount);
        if (Math.abs(begunCount - endedCount) > chance) {
            return new LeaseTrend(now, slope, now(ends, first, slope(ends, first), sinceSeconds));
        }
        // As many end as begin, as far as ten seconds can tell: then no slope of the one is made of the noise of the
        // other.
        double growth = (double) grownInMinute / LeaseRate.MINUTE_SECONDS;
        boolean isGrown = Math.abs(grownInMinute) > chance * Math.sqrt(TENS_IN_MINUTE);
        return new LeaseTrend(now, slope, isGrown ? Math.max(0, now - growth) : now);
    }

    /**
     * The first second that counts. A flow that began lately must not look like one that grows: the empty seconds before it, and the one in which it
     * began, are left out. That one may be the oldest of the ten; then the second before them was empty.
     */
    private static int begun(long[] leases) {
        if (sum(leases, OLDEST) < MANY) {
            return OLDEST;
        }
        int first = OLDEST;
        while (leases[first] == 0) {
            first++;
        }
        return leases[first - 1] == 0 && first < leases.length - 1 ? first + 1 : first;
    }

    private static double now(long[] counts, int first, double slope, double sinceSeconds) {
        int size = counts.length - first;
        return Math.max(0, (double) sum(counts, first) / size + slope * (size / 2.0 + sinceSeconds));
    }

    private static double slope(long[] counts, int first) {
        int size = counts.length - first;
        if (size < LEAST_FOR_SLOPE) {
            return 0;
        }
        double moment = 0;
        for (int i = 0; i < size; i++) {
            moment += counts[first + i] * (i - (size - 1) / 2.0);
        }
        // Equally spaced seconds: the sum of the squared distances is n (n squared - 1) / 12.
        return moment / (size * ((double) size * size - 1) / 12);
    }

    private static long sum(long[] counts, int first) {
        long sum = 0;
        for (int i = first; i < counts.length; i++) {
            sum += counts[i];
        }
        return sum;
    }

    double perSecondAt(double seconds) {
        return Math.max(0, perSecond + slope * seconds);
    }
}
