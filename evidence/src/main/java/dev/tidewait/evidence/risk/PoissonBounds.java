package dev.tidewait.evidence.risk;

/**
 * Between which counts a rare thing lies 95 of 100 times if it is expected so often: the central interval of the Poisson distribution. Many independent
 * rare things that are not alike scatter less than that, never more. Immutable.
 *
 * @param low inclusive
 * @param high inclusive
 */
public record PoissonBounds(long low, long high) {
    private static final double EACH_SIDE = 0.025;
    /** Above it the normal distribution is as good. */
    private static final double LARGE = 100_000;

    /** @param expected 0 or more */
    public static PoissonBounds of(double expected) {
        if (expected > LARGE) {
            double reach = 1.959964 * Math.sqrt(expected);
            return new PoissonBounds((long) Math.floor(expected - reach), (long) Math.ceil(expected + reach));
        }
        long low = -1;
        int count = 0;
        double logTerm = -expected; // of e^-m m^k / k!
        for (double sum = 0; ; count++) {
            if (count > 0) {
                logTerm += Math.log(expected) - Math.log(count);
            }
            sum += Math.exp(logTerm);
            if (low < 0 && sum > EACH_SIDE) {
                low = count;
            }
            if (sum >= 1 - EACH_SIDE || expected == 0) {
                return new PoissonBounds(Math.max(0, low), count);
            }
        }
    }

    public boolean contain(long observed) {
        return observed >= low && observed <= high;
    }
}
