package dev.tidewait.netty;

import java.util.concurrent.TimeUnit;

/** The clock behind every {@code nowMillis}: CLOCK_MONOTONIC, which all processes of one boot share. No state. */
final class Clock {
    private Clock() {}

    static long nowMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    /**
     * The present moment as a release time: rounded up, because a lease's time is rounded down, and a four-tuple must never seem older
     * than it is.
     */
    static long releaseMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() + 999_999);
    }

    /** Nanoseconds from now to the moment at which {@link #nowMillis} reaches {@code atMillis}; not negative. */
    static long nanosUntil(long atMillis) {
        return Math.max(0, TimeUnit.MILLISECONDS.toNanos(atMillis) - System.nanoTime());
    }
}
