package dev.tidewait.doctor.census;

/** A straight line through the rates of the newest times, each with the weight of its length. Immutable. */
final class TrendLine {
    /** Fewer points than these make no slope. */
    private static final int LEAST_FOR_SLOPE = 4;
    /** Standard errors from which on a slope is none of chance. */
    private static final double SIGNIFICANT = 2;
    /** Standard deviations by which what is random may be off. */
    private static final double BY_CHANCE = 3;
    /** The line must still hold here. */
    private static final double NEWEST_SECONDS = 5;

    private final double[] spans;
    private final int[] counts;
    private final int size;
    private final double seconds;
    private final double mean;
    private final double slope;
    private final double spread;

    private TrendLine(double[] spans, int[] counts, int size) {
        this.spans = spans;
        this.counts = counts;
        this.size = size;
        double time = 0;
        double events = 0;
        for (int i = 0; i < size; i++) {
            time += spans[i];
            events += counts[i];
        }
        seconds = time;
        mean = time > 0 ? events / time : 0;
        double moment = 0;
        double squares = 0;
        double at = seconds / 2;
        for (int i = 0; i < size; i++) {
            double middle = at - spans[i] / 2;
            moment += (counts[i] - mean * spans[i]) * middle;
            squares += spans[i] * middle * middle;
            at -= spans[i];
        }
        spread = squares;
        slope = size >= LEAST_FOR_SLOPE ? moment / squares : 0;
    }

    /** Through the {@code size} newest, which come first. */
    static TrendLine through(double[] spans, int[] counts, int size) {
        return new TrendLine(spans, counts, size);
    }

    Trend trend() {
        if (size < LEAST_FOR_SLOPE || Math.abs(slope) < SIGNIFICANT * error()) {
            return new Trend(mean, 0);
        }
        return new Trend(Math.max(0, mean + slope * seconds / 2), slope);
    }

    /** Whether the counts differ from the line by no more than chance (Poisson's), all together and the newest ones. */
    boolean isStraight() {
        if (size < LEAST_FOR_SLOPE) {
            return false;
        }
        double chiSquare = 0;
        double newest = 0;
        double newestExpected = 0;
        double at = seconds / 2;
        for (int i = 0; i < size; i++) {
            double expected = Math.max(0, mean + slope * (at - spans[i] / 2)) * spans[i];
            chiSquare += square(counts[i] - expected) / Math.max(1, expected);
            if (seconds / 2 - at < NEWEST_SECONDS) {
                newest += counts[i];
                newestExpected += expected;
            }
            at -= spans[i];
        }
        int freedom = size - 2;
        return chiSquare < freedom + BY_CHANCE * Math.sqrt(2.0 * freedom)
                && Math.abs(newest - newestExpected) < BY_CHANCE * Math.sqrt(Math.max(1, newestExpected));
    }

    /** Standard error of the slope, by how far the counts are off the line; one event more or less is chance. */
    private double error() {
        double sum = 0;
        double at = seconds / 2;
        for (int i = 0; i < size; i++) {
            double off = counts[i] / spans[i] - mean - slope * (at - spans[i] / 2);
            sum += Math.max(spans[i] * square(off), 1 / spans[i]);
            at -= spans[i];
        }
        return Math.sqrt(sum / (size - 2) / spread);
    }

    private static double square(double value) {
        return value * value;
    }
}
