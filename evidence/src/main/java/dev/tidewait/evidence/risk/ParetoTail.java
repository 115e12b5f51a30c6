package dev.tidewait.evidence.risk;

import java.util.Locale;

/**
 * Pareto's: a share (scale ÷ t)^shape is later than t. With a shape up to 1 the mean is infinite; the heaviest tail that anybody would assume.
 * Immutable.
 *
 * @param scaleSeconds the shortest delay
 * @param shape how fast it falls
 */
public record ParetoTail(double scaleSeconds, double shape) implements DelayTail {
    public ParetoTail {
        if (!(scaleSeconds > 0) || !(shape > 0)) {
            throw new IllegalArgumentException("a Pareto tail needs a scale and a shape above 0");
        }
    }

    @Override
    public String name() {
        return String.format(Locale.ROOT, "pareto:%s:%s", DelayTails.plain(scaleSeconds), DelayTails.plain(shape));
    }

    @Override
    public String source() {
        return "synthetic: (" + DelayTails.plain(scaleSeconds) + " s / t)^" + DelayTails.plain(shape);
    }

    @Override
    public double beyond(double seconds) {
        return seconds <= scaleSeconds ? 1 : Math.pow(scaleSeconds / seconds, shape);
    }

    @Override
    public double secondsExceededBy(double share) {
        return scaleSeconds * Math.pow(share, -1 / shape);
    }

    @Override
    public double knownToSeconds() {
        return Double.POSITIVE_INFINITY;
    }
}
