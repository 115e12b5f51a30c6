package dev.tidewait.evidence.risk;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * When in a connection's life its segments are sent. Immutable.
 *
 * @param seconds since the beginning, each the middle of a bin
 * @param shares of the segments, of the same length; 1 in all
 */
public record SendTimes(List<Double> seconds, List<Double> shares) {
    private static final int EVEN_BINS = 64;

    public SendTimes {
        seconds = List.copyOf(seconds);
        shares = List.copyOf(shares);
        if (seconds.isEmpty() || seconds.size() != shares.size()) {
            throw new IllegalArgumentException(
                    "each time needs its share: " + seconds.size() + " and " + shares.size());
        }
    }

    /** Evenly over its whole life. */
    public static SendTimes evenly(double openSeconds) {
        return ofBins(openSeconds / EVEN_BINS, Collections.nCopies(EVEN_BINS, 1L));
    }

    /**
     * As they were counted.
     *
     * @param counts at least one of them above 0
     */
    public static SendTimes ofBins(double binSeconds, List<Long> counts) {
        double all = counts.stream().mapToLong(Long::longValue).sum();
        if (!(all > 0)) {
            throw new IllegalArgumentException("no segment was counted");
        }
        List<Double> seconds = new ArrayList<>();
        List<Double> shares = new ArrayList<>();
        for (int i = 0; i < counts.size(); i++) {
            if (counts.get(i) > 0) {
                seconds.add((i + 0.5) * binSeconds);
                shares.add((double) counts.get(i) / all);
            }
        }
        return new SendTimes(seconds, shares);
    }
}
