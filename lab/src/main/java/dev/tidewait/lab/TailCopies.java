package dev.tidewait.lab;

import dev.tidewait.evidence.risk.DelayTail;
import dev.tidewait.lab.LateCopies.Scatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Spurious copies of every segment that an {@link ImpairedLink} delivers after a delay from a tail, to whatever they find there. Immutable.
 *
 * @param tail how late they are
 * @param mean copies of each segment
 * @param fromSeconds copies that take no longer are not made: they cannot outlive a rest of that length
 * @param toSeconds nor those that take longer than the run
 * @param kinds of segments, letters as {@link LateCopies}
 * @param scatter what makes their numbers unrelated where they meet a later incarnation
 */
public record TailCopies(
        DelayTail tail, double mean, double fromSeconds, double toSeconds, String kinds, Scatter scatter) {
    /** Points that the link gets of the tail: even below the median, by equal factors above it. */
    private static final int EVEN_POINTS = 16;

    private static final int FACTOR_POINTS = 120;
    private static final double LEAST_SHARE = 1e-10;
    private static final double LEAST_SECONDS = 1e-6;

    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(
                "--tail", points(),
                "--tail-mean", plain(mean),
                "--tail-from", plain(fromSeconds),
                "--tail-to", plain(toSeconds),
                "--late-kinds", kinds));
        if (scatter != Scatter.NOTHING) {
            arguments.addAll(List.of("--scatter", scatter.argument));
        }
        return arguments;
    }

    private String points() {
        StringBuilder points = new StringBuilder();
        double before = 0;
        for (int i = 0; i <= EVEN_POINTS + FACTOR_POINTS; i++) {
            double share = i <= EVEN_POINTS
                    ? 1 - 0.5 * i / EVEN_POINTS
                    : 0.5 * Math.pow(2 * LEAST_SHARE, (i - EVEN_POINTS) / (double) FACTOR_POINTS);
            double seconds = tail.secondsExceededBy(share);
            if (Double.isInfinite(seconds)) { // known up to here: the last point itself
                seconds = tail.knownToSeconds();
                share = tail.beyond(seconds);
                i = EVEN_POINTS + FACTOR_POINTS;
            }
            if (seconds > Math.max(before, LEAST_SECONDS)) {
                points.append(points.isEmpty() ? "" : ",")
                        .append(String.format(Locale.ROOT, "%.12g:%.9g", share, seconds));
                before = seconds;
            }
        }
        return points.toString();
    }

    private static String plain(double value) {
        return String.format(Locale.ROOT, "%.9f", value);
    }
}
