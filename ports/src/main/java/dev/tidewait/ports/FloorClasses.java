package dev.tidewait.ports;

import java.util.stream.LongStream;

/**
 * The at most eight floors that a ledger keeps apart, ascending; a floor in between is rounded up. Immutable.
 *
 * <p>One first-in-first-out queue per class means that a lease compares a few heads and that a long floor never blocks a short
 * one. The unknown floor has a second class of its own for four-tuples that are only a second choice.
 */
final class FloorClasses {
    /** 3.5 times the greatest RTO (120 s). */
    private static final long LONGEST_MILLIS = 420_000;

    private final long[] floors;
    private final int secondChoice;

    FloorClasses(Floors settings) {
        long[] distinct = LongStream.of(
                        Math.max(settings.timestampsMillis(), settings.fixedMillis()),
                        Math.max(2 * settings.timestampsMillis(), settings.fixedMillis()),
                        Math.max(settings.sequenceMillis(), settings.fixedMillis()),
                        Math.max(settings.unknownMillis(), settings.fixedMillis()),
                        2 * settings.unknownMillis(),
                        TimeWaitRule.KERNEL_TIME_WAIT_MILLIS,
                        Math.max(
                                LONGEST_MILLIS,
                                2 * Math.max(settings.fixedMillis(), settings.unknownMillis())
                                        + settings.refusedMillis()
                                        + settings.synTimeoutMillis()))
                .sorted()
                .distinct()
                .toArray();
        floors = new long[distinct.length + 1];
        System.arraycopy(distinct, 0, floors, 0, distinct.length);
        secondChoice = distinct.length;
        floors[secondChoice] = Math.max(settings.unknownMillis(), settings.fixedMillis());
    }

    int count() {
        return floors.length;
    }

    long floorMillis(int index) {
        return floors[index];
    }

    boolean isSecondChoice(int index) {
        return index == secondChoice;
    }

    /** The class of least floor that is not below {@code floorMillis}. */
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
