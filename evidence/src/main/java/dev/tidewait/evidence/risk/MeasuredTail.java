package dev.tidewait.evidence.risk;

import java.util.List;

/**
 * A tail of which some points are known: straight lines between them in a diagram with logarithmic axes. Behind the last point nothing is
 * known, and the share stays what it is there: an upper bound. Immutable.
 *
 * @param name as {@link DelayTails#named} takes it
 * @param source where the points come from
 * @param points delays that rise with shares that fall
 */
public record MeasuredTail(String name, String source, List<Point> points) implements DelayTail {
    /**
     * One of them. Immutable.
     *
     * @param seconds of delay, above 0
     * @param beyond share that is later, above 0, below 1
     */
    public record Point(double seconds, double beyond) {}

    public MeasuredTail {
        points = List.copyOf(points);
        if (points.isEmpty()) {
            throw new IllegalArgumentException("a measured tail needs points");
        }
        Point before = new Point(0, 1);
        for (Point point : points) {
            if (!(point.seconds > before.seconds && point.beyond < before.beyond && point.beyond > 0)) {
                throw new IllegalArgumentException(
                        "the points of tail " + name + " do not fall: " + before + ", " + point);
            }
            before = point;
        }
    }

    @Override
    public double beyond(double seconds) {
        Point first = points.getFirst();
        if (seconds <= first.seconds) { // straight down from 1
            return 1 - (1 - first.beyond) * Math.max(0, seconds) / first.seconds;
        }
        for (int i = 1; i < points.size(); i++) {
            Point a = points.get(i - 1);
            Point b = points.get(i);
            if (seconds <= b.seconds) {
                return a.beyond
                        * Math.pow(
                                b.beyond / a.beyond, Math.log(seconds / a.seconds) / Math.log(b.seconds / a.seconds));
            }
        }
        return points.getLast().beyond;
    }

    @Override
    public double secondsExceededBy(double share) {
        Point first = points.getFirst();
        if (share >= first.beyond) {
            return first.seconds * (1 - share) / (1 - first.beyond);
        }
        for (int i = 1; i < points.size(); i++) {
            Point a = points.get(i - 1);
            Point b = points.get(i);
            if (share >= b.beyond) {
                return a.seconds
                        * Math.pow(b.seconds / a.seconds, Math.log(share / a.beyond) / Math.log(b.beyond / a.beyond));
            }
        }
        return Double.POSITIVE_INFINITY;
    }

    @Override
    public double knownToSeconds() {
        return points.getLast().seconds;
    }
}
