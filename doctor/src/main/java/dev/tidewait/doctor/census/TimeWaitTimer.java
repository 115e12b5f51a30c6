package dev.tidewait.doctor.census;

import dev.tidewait.linux.KernelTick;

/**
 * The kernel's timer of TIME_WAIT: 60 s (TCP_TIMEWAIT_LEN), and how late it may fire. Immutable.
 *
 * <p>The timer wheel (kernel/time/timer.c) keeps a timer in a level whose grain is 8 times that of the level below, and fires it at the first
 * boundary of a grain after its time. 60 s are up to 2.05 s late at HZ=250, 4.1 s at 1000, 5.1 s at 100, and all sockets of one grain go at once.
 *
 * @param lateSeconds the most that a socket stays beyond 60 s
 */
record TimeWaitTimer(double lateSeconds) {
    static final int SECONDS = 60;
    static final int MILLIS = SECONDS * 1_000;

    /** Buckets in a level, less one (LVL_SIZE - 1). */
    private static final long LEVEL_SLOTS = 63;

    static TimeWaitTimer atTicksPerSecond(int ticksPerSecond) {
        long ticks = (long) SECONDS * ticksPerSecond;
        long grain = 1;
        while (ticks >= LEVEL_SLOTS * grain) {
            grain *= 8;
        }
        return new TimeWaitTimer((double) grain / ticksPerSecond);
    }

    static TimeWaitTimer ofThisKernel() {
        return atTicksPerSecond(KernelTick.perSecond());
    }

    /** Time since TIME_WAIT began, from what is left of the timer. */
    static int ageMillis(long remainingMillis) {
        // A timer that is not set yet may show anything.
        return (int) (MILLIS - Math.min(remainingMillis, MILLIS));
    }

    /** The longest that a socket holds its four-tuple. */
    double longestSeconds() {
        return SECONDS + lateSeconds;
    }
}
