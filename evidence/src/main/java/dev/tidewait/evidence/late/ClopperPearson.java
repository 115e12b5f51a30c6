package dev.tidewait.evidence.late;

import org.apache.commons.numbers.gamma.RegularizedBeta;

/**
 * How large a probability may be, given how often something happened: the one-sided upper bound of Clopper and Pearson ("The use of confidence or fiducial
 * limits illustrated in the case of the binomial", Biometrika 26, 1934). It is exact, so never too small: of 100 such bounds at least 95 lie above the truth.
 * It supposes that the connections are independent; where late segments come in bursts (an outage), the truth is less certain. No state.
 */
public final class ClopperPearson {
    /** The probability that a bound lies below the truth is at most this. */
    private static final double DOUBT = 0.05;

    /** A double has 53 bits; the search halves a range of logarithms. */
    private static final int STEPS = 80;

    private static final double LEAST_LOG = -50;

    /** More connections than anybody will ever see. */
    private static final long MOST = 1L << 52;

    private ClopperPearson() {}

    /**
     * 95 % upper bound of the probability.
     *
     * @param happened how often it happened
     * @param tried how often it could have; 0 gives 1
     */
    public static double upper(long happened, long tried) {
        if (happened < 0 || happened > tried) {
            throw new IllegalArgumentException(happened + " of " + tried);
        }
        if (happened == tried) {
            return 1;
        }
        if (happened == 0) {
            return -Math.expm1(Math.log(DOUBT) / tried);
        }
        double low = LEAST_LOG;
        double high = 0;
        for (int i = 0; i < STEPS; i++) {
            double middle = (low + high) / 2;
            // P(X <= happened) for X ~ Binomial(tried, p) falls with p.
            if (RegularizedBeta.complement(Math.exp(middle), happened + 1.0, (double) (tried - happened)) > DOUBT) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return Math.exp(high);
    }

    /** How many must be tried, with it happening so often among them, until the upper bound is not above the risk. */
    public static long triesFor(long happened, double risk) {
        if (!(risk > 0 && risk < 1)) {
            throw new IllegalArgumentException("a risk of " + risk);
        }
        long low = happened; // not enough
        long high = Math.max(2, 2 * happened);
        while (high < MOST && upper(happened, high) > risk) {
            low = high;
            high *= 2;
        }
        while (high - low > 1) {
            long middle = (low + high) / 2;
            if (upper(happened, middle) > risk) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }
}
