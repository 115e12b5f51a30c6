package dev.tidewait.ports;

import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The at most eight floors that a ledger keeps apart, ascending; a floor in between is rounded up. Immutable.
 *
 * <p>One first-in-first-out queue per class means that a lease compares a few heads and that a long floor never blocks a short
 * one. The unknown floor has a second class of its own for four-tuples that are only a second choice.
 */
final class FloorClasses {
    /** 3.5 times the greatest RTO (120 s). */
    private static final long LONGEST_MILLIS = 420_000;

    /** With the second one of the unknown floor. A power of two, and known to the compiler, so that {@link CoolingHeads} need not divide. */
    static final int COUNT = 8;

    private final long[] floors;
    private final int secondChoice;
    private final long unknown;

    FloorClasses(Floors settings) {
        unknown = settings.unknownMillis();
        long fixed = settings.fixedMillis();
        long measured = settings.measuredMillis();
        long longest = Math.max(LONGEST_MILLIS, 2 * Math.max(fixed, settings.unknownMillis()));
        NavigableSet<Long> ascending = new TreeSet<>(List.of(
                Math.max(settings.timestampsMillis(), fixed),
                Math.max(2 * settings.timestampsMillis(), fixed),
                Math.max(measured == 0 ? settings.sequenceMillis() : measured, fixed),
                Math.max(settings.unknownMillis(), fixed),
                2 * settings.unknownMillis(),
                TimeWaitRule.KERNEL_TIME_WAIT_MILLIS,
                Math.max(longest, Math.max(settings.refusedMillis(), settings.synTimeoutMillis()))));
        if (ascending.size() < COUNT - 1) { // where a measured age took its place, as far as there is room
            ascending.add(Math.max(settings.sequenceMillis(), fixed));
        }
        while (ascending.size() < COUNT - 1) {
            ascending.add(middleOfWidestGap(ascending));
        }
        floors = new long[COUNT];
        int i = 0;
        for (long floor : ascending) {
            floors[i++] = floor;
        }
        secondChoice = i;
        floors[secondChoice] = Math.max(measured == 0 ? settings.unknownMillis() : measured, fixed);
    }

    /** The geometric mean of the two neighbours that are furthest apart, so that rounding up costs least. */
    private static long middleOfWidestGap(NavigableSet<Long> ascending) {
        long below = ascending.first();
        long low = below;
        double widest = 0;
        for (long floor : ascending.tailSet(below, false)) {
            double gap = (double) floor / below;
            if (gap > widest) {
                widest = gap;
                low = below;
            }
            below = floor;
        }
        return Math.round(low * Math.sqrt(widest));
    }

    int count() {
        return floors.length;
    }

    long floorMillis(int index) {
        return floors[index];
    }

    /** How long a port is left alone whose state in the kernel is not known. */
    long unknownMillis() {
        return unknown;
    }

    boolean isSecondChoice(int index) {
        return index == secondChoice;
    }

    /** The class that {@link #isSecondChoice} is true for; the same number for all settings. */
    int secondChoice() {
        return secondChoice;
    }

    /** The class of least floor that is not below {@code floorMillis}; the longest if none is. */
    int classOf(long floorMillis, boolean second) {
        if (second && floorMillis <= floors[secondChoice]) {
            return secondChoice;
        }
        for (int i = 0; i < secondChoice; i++) {
            if (floors[i] >= floorMillis) {
                return i;
            }
        }
        return secondChoice - 1;
    }
}
