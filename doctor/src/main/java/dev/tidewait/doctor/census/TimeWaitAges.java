package dev.tidewait.doctor.census;

import java.util.Arrays;

/**
 * The cooling queue of one (source, destination): its TIME_WAIT sockets by age, in seconds, from the kernel's timers (idiag_expires). Immutable.
 *
 * <p>The age is 60 s less what is left of the timer. The kernel's timer wheel fires late (2 s at HZ=250), so sockets of {@link #OVERDUE} are
 * 60 s old or older; the kernel does not say by how much.
 */
public final class TimeWaitAges {
    /** Ages 0 to 59 s, then the overdue ones. */
    public static final int BUCKETS = 61;
    /** The last bucket: the timer has run out, the socket is still there. */
    public static final int OVERDUE = 60;

    public static final TimeWaitAges NONE = new TimeWaitAges(new int[BUCKETS]);

    private final int[] counts;

    private TimeWaitAges(int[] counts) {
        this.counts = counts;
    }

    /** A copy of {@code counts}: by age in full seconds, 0 to {@link #OVERDUE}. */
    public static TimeWaitAges of(int[] counts) {
        if (counts.length != BUCKETS) {
            throw new IllegalArgumentException("ages have " + BUCKETS + " buckets, not " + counts.length);
        }
        return new TimeWaitAges(counts.clone());
    }

    /** How many became TIME_WAIT this many full seconds ago. */
    public int count(int ageSeconds) {
        return counts[ageSeconds];
    }

    /** All of them. */
    public int total() {
        return Arrays.stream(counts).sum();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TimeWaitAges that && Arrays.equals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return Arrays.toString(counts);
    }
}
