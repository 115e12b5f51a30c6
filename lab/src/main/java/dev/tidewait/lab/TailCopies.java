package dev.tidewait.lab;

import dev.tidewait.evidence.risk.DelayTail;
import dev.tidewait.evidence.risk.MeasuredTail;
import dev.tidewait.lab.LateCopies.Scatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.TreeSet;

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

    private static final int FACTOR_POINTS = 400;
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
        for (double share : shares()) {
            double seconds = tail.secondsExceededBy(share);
            if (seconds > Math.max(before, LEAST_SECONDS) && seconds <= tail.knownToSeconds()) {
                points.append(points.isEmpty() ? "" : ",")
                        .append(String.format(Locale.ROOT, "%.12g:%.9g", share, seconds));
                before = seconds;
            }
        }
        return points.toString();
    }

    /** Falling; those of the points that a measured tail is made of are among them, since it has its corners there. */
    private Collection<Double> shares() {
        NavigableSet<Double> shares = new TreeSet<>();
        for (int i = 0; i <= EVEN_POINTS; i++) {
            shares.add(1 - 0.5 * i / EVEN_POINTS);
        }
        for (int i = 1; i <= FACTOR_POINTS; i++) {
            shares.add(0.5 * Math.pow(2 * LEAST_SHARE, i / (double) FACTOR_POINTS));
        }
        if (tail instanceof MeasuredTail measured) {
            measured.points().forEach(point -> shares.add(point.beyond()));
        }
        return shares.descendingSet();
    }

    private static String plain(double value) {
        return String.format(Locale.ROOT, "%.9f", value);
    }
}
