package dev.tidewait.doctor.census;

import java.util.Arrays;

/**
 * How often something happens at present, and how that changes. Immutable.
 *
 * <p>By a straight line (least squares) through the counts of the longest of the last 60, 30, 20 or 10 seconds that is straight, because ten seconds of
 * a few hundred events each tell no slope of a few events: their own noise is as large. Where none is straight the last ten seconds count.
 *
 * @param perSecondNow events each second, where the line ends
 * @param slope change of the rate each second; 0 where it is less than twice its own standard error, because extrapolated noise would foretell
 *     exhaustion that never comes
 */
record Trend(double perSecondNow, double slope) {
    static final Trend NONE = new Trend(0, 0);

    private static final double[] WINDOWS_SECONDS = {60, 30, 20, 10};
    private static final double SHORTEST_SECONDS = 10;

    /** Fewer events than these may leave seconds empty by chance. */
    private static final int MANY = 20;

    private static final double[] SECONDS = new double[TimeWaitTimer.SECONDS];

    static {
        Arrays.fill(SECONDS, 1);
    }

    /** Of TIME_WAIT sockets begun. */
    static Trend of(TimeWaitAges ages) {
        int[] counts = new int[TimeWaitTimer.SECONDS];
        for (int age = 0; age < counts.length; age++) {
            counts[age] = ages.count(age);
        }
        return of(SECONDS, counts);
    }

    /**
     * Of any counts.
     *
     * @param spans the length of each time in seconds, the newest first
     * @param counts events in it
     */
    static Trend of(double[] spans, int[] counts) {
        int begun = begun(counts);
        for (double window : WINDOWS_SECONDS) {
            TrendLine line = TrendLine.through(spans, counts, fitting(spans, begun, window));
            if (window == SHORTEST_SECONDS || line.isStraight()) {
                return line.trend();
            }
        }
        return NONE;
    }

    /**
     * How many of the newest counts lie behind the beginning. A flow that began lately must not look like one that grows: the empty times before,
     * and the one it began in, are left out.
     */
    private static int begun(int[] counts) {
        if (Arrays.stream(counts).sum() < MANY) {
            return counts.length;
        }
        int size = counts.length;
        while (size > 1 && counts[size - 1] == 0) {
            size--;
        }
        return size < counts.length && size > 1 ? size - 1 : size;
    }

    private static int fitting(double[] spans, int atMost, double seconds) {
        int size = 0;
        double sum = 0;
        while (size < atMost && (size == 0 || sum + spans[size] <= seconds + spans[size] / 2)) {
            sum += spans[size];
            size++;
        }
        return size;
    }
}
