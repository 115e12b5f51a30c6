package dev.tidewait.evidence.late;

import java.util.Arrays;

/**
 * The buckets of age that every count here uses, so that counts of different hosts and days add up. Bucket {@code i} holds the ages
 * {@code upperNanos(i - 1) < age <= upperNanos(i)}, as Prometheus' {@code le} has it; the last bucket has no upper end. The bounds contain each of
 * {@link #thresholdsMillis} exactly, so "later than T" is a sum of whole buckets. Immutable, any thread.
 */
public final class AgeBuckets {
    private static final long NANOS_IN_MILLI = 1_000_000;

    /** Upper ends in milliseconds. About six to the octave up to 30 s, where the answer lies; the thresholds are among them. */
    private static final int[] UPPER_MILLIS = {
        1,
        2,
        5,
        10,
        20,
        30,
        40,
        50,
        60,
        80,
        100, // 0.1 s
        125,
        150,
        175,
        200,
        250,
        300,
        350,
        400,
        450,
        500, // 0.5 s
        600,
        700,
        800,
        900,
        1_000, // 1 s: Linux's default tcp_tw_reuse_delay
        1_200,
        1_400,
        1_600,
        1_800,
        2_000, // 2 s
        2_500,
        3_000,
        3_500,
        4_000,
        4_500,
        5_000, // 5 s
        6_000,
        7_000,
        8_000,
        9_000,
        10_000, // 10 s
        11_000,
        12_000,
        13_000,
        14_000,
        15_000, // 15 s
        16_000,
        17_000,
        18_000,
        19_000,
        20_000, // 20 s
        22_000,
        24_000, // 24 s
        26_000,
        28_000,
        30_000, // 30 s
        35_000,
        40_000,
        45_000,
        50_000,
        55_000,
        60_000, // 60 s: Linux's TIME_WAIT
        70_000,
        80_000,
        90_000,
        100_000,
        110_000,
        120_000, // 120 s: RFC 6888's reuse delay, MSL of RFC 9293
        150_000,
        180_000,
        240_000 // 240 s: 2 MSL
    };

    /** For which the studies print a share. */
    private static final int[] THRESHOLDS_MILLIS = {
        100, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 20_000, 24_000, 30_000, 60_000, 120_000
    };

    private static final long[] UPPER_NANOS = Arrays.stream(UPPER_MILLIS)
            .mapToLong(millis -> millis * NANOS_IN_MILLI)
            .toArray();

    private AgeBuckets() {}

    /** How many buckets there are, the one without an upper end included. */
    public static int count() {
        return UPPER_NANOS.length + 1;
    }

    /** The bucket of an age; ages below zero (clocks of two interfaces, order lost) are in the first. */
    public static int indexOf(long ageNanos) {
        int low = 0;
        int high = UPPER_NANOS.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (UPPER_NANOS[middle] < ageNanos) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The greatest age of a bucket; {@link Long#MAX_VALUE} of the last. */
    public static long upperNanos(int bucket) {
        return bucket == UPPER_NANOS.length ? Long.MAX_VALUE : UPPER_NANOS[bucket];
    }

    /** The upper ends of all buckets but the last, in milliseconds, rising. */
    public static int[] upperMillis() {
        return UPPER_MILLIS.clone();
    }

    /** The ages for which a study prints the share of connections with a later segment, in milliseconds, rising. */
    public static int[] thresholdsMillis() {
        return THRESHOLDS_MILLIS.clone();
    }
}
