package dev.tidewait.doctor.census;

import java.util.Arrays;

/**
 * Connections begun between the looks of the last minute, where somebody keeps looking: the rate and its slope also of connections that do not
 * end. Immutable.
 */
final class OpenHistory {
    static final OpenHistory EMPTY = new OpenHistory(new double[0], new int[0], 0);

    private static final double KEPT_SECONDS = 60;
    /** Less tells no slope. */
    private static final double LEAST_SECONDS = 5;

    private static final int LEAST_LOOKS = 5;
    /** Looks more often than once a second are not kept for a whole minute. */
    private static final int MOST_LOOKS = 64;

    /** Time between a look and the one before, the newest first. */
    private final double[] spans;

    private final int[] counts;
    private final double seconds;

    private OpenHistory(double[] spans, int[] counts, double seconds) {
        this.spans = spans;
        this.counts = counts;
        this.seconds = seconds;
    }

    /** This, and a look with so many new connections since the one before; what is older than a minute is left out. */
    OpenHistory plus(double spanSeconds, int newcomers) {
        int kept = 0;
        double total = spanSeconds;
        while (kept < spans.length && kept + 1 < MOST_LOOKS && total + spans[kept] <= KEPT_SECONDS + 0.5) {
            total += spans[kept];
            kept++;
        }
        double[] newSpans = new double[kept + 1];
        int[] newCounts = new int[kept + 1];
        newSpans[0] = spanSeconds;
        newCounts[0] = newcomers;
        System.arraycopy(spans, 0, newSpans, 1, kept);
        System.arraycopy(counts, 0, newCounts, 1, kept);
        return new OpenHistory(newSpans, newCounts, total);
    }

    /** Whether it says more than the two last looks. */
    boolean isLong() {
        return seconds >= LEAST_SECONDS
                && spans.length >= LEAST_LOOKS
                && Arrays.stream(counts).sum() > 0;
    }

    Trend trend() {
        return Trend.of(spans, counts);
    }
}
