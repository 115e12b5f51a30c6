package dev.tidewait.evidence.risk;

import java.util.Locale;

/**
 * The logarithm of the delay is normal: the usual shape of queueing delays. Immutable.
 *
 * @param medianSeconds half of the segments are later
 * @param sigma standard deviation of the logarithm; 2 means that one in 40 takes more than 50 times the median
 */
public record LogNormalTail(double medianSeconds, double sigma) implements DelayTail {
    public LogNormalTail {
        if (!(medianSeconds > 0) || !(sigma > 0)) {
            throw new IllegalArgumentException("a log-normal tail needs a median and a sigma above 0");
        }
    }

    @Override
    public String name() {
        return String.format(Locale.ROOT, "log-normal:%s:%s", DelayTails.plain(medianSeconds), DelayTails.plain(sigma));
    }

    @Override
    public String source() {
        return "synthetic: log-normal, median " + DelayTails.plain(medianSeconds) + " s, sigma "
                + DelayTails.plain(sigma);
    }

    @Override
    public double beyond(double seconds) {
        return seconds <= 0 ? 1 : Normal.beyond(Math.log(seconds / medianSeconds) / sigma);
    }

    @Override
    public double secondsExceededBy(double share) {
        return share >= 1 ? 0 : medianSeconds * Math.exp(sigma * Normal.exceededBy(share));
    }

    @Override
    public double knownToSeconds() {
        return Double.POSITIVE_INFINITY;
    }
}
