package dev.tidewait.ports;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What each stripe of a pool lets the others know without its lock: when its oldest first choice was released. Any thread reads; a stripe
 * writes its own hint under its lock.
 *
 * <p>A hint is a bound: the port that the stripe would lease next as a first choice was released then or later. It may therefore lead to
 * a stripe that has nothing as old, which then corrects it, but an older port is never missed for longer than a write takes to be seen.
 */
final class StripeHints {
    /*
     * A bound that ignored the ports below their floor would be wrong as soon as one of them passes it, and nobody may be at work in its
     * stripe at that moment. So a hint is three numbers: the bound now, when the first of those ports passes its floor, and a
     * bound for them, which counts from then on.
     *
     * Every lease of every event loop reads all hints. They are therefore on cache lines of their own and written only when the bound
     * has moved by a quarter of what StripeChoice overlooks anyway: at 10,000 leases a second 250 times a second.
     */

    /** Ports that were never used are left. */
    static final long UNUSED = Long.MIN_VALUE / 2;

    /** No first choice there. */
    static final long NONE = CoolingHeads.NONE;

    private static final long STEP_MILLIS = StripeChoice.LEAST_SLACK_MILLIS / 4;

    /** Two cache lines of 64 bytes, because processors fetch them in pairs. */
    private static final int LONGS_APART = 16;

    private static final int WAKES = 1;
    private static final int WAKING = 2;

    private final int stripes;
    private final AtomicLongArray hints;

    StripeHints(int stripes) {
        this.stripes = stripes;
        this.hints = new AtomicLongArray(isShared() ? (stripes + 1) * LONGS_APART : 0);
        for (int i = 0; i < stripes && isShared(); i++) {
            hints.set(at(i), UNUSED);
            hints.set(at(i) + WAKES, NONE);
            hints.set(at(i) + WAKING, NONE);
        }
    }

    /** False if there is only one stripe, so that nobody reads. */
    boolean isShared() {
        return stripes > 1;
    }

    private static int at(int stripe) {
        // Not at the ends, where the array's neighbours on the heap are on the same line.
        return stripe * LONGS_APART + LONGS_APART / 2;
    }

    /** When the oldest first choice of {@code stripe} was released at the earliest. */
    long oldestMillis(int stripe, long nowMillis) {
        int at = at(stripe);
        long oldest = hints.getOpaque(at);
        return nowMillis < hints.getOpaque(at + WAKES) ? oldest : Math.min(oldest, hints.getOpaque(at + WAKING));
    }

    /** A bound that may lag behind by a step. */
    void publishAtLeast(int stripe, long oldestMillis) {
        long known = hints.getPlain(at(stripe));
        if (oldestMillis < known || oldestMillis - known >= STEP_MILLIS) {
            hints.setOpaque(at(stripe), oldestMillis);
        }
    }

    /** The very release time, after somebody was led astray: two that refuse for the sake of each other's lag would never end. */
    void publishExactly(int stripe, long oldestMillis) {
        hints.setOpaque(at(stripe), oldestMillis);
    }

    /**
     * Which ports the bound leaves out.
     *
     * @param wakesMillis when the first of them passes its floor
     * @param wakingMillis when they were released at the earliest
     */
    void publishWaking(int stripe, long wakesMillis, long wakingMillis) {
        int at = at(stripe);
        if (hints.getPlain(at + WAKING) != wakingMillis) {
            hints.setOpaque(at + WAKING, wakingMillis);
        }
        if (hints.getPlain(at + WAKES) != wakesMillis) {
            hints.setOpaque(at + WAKES, wakesMillis);
        }
    }
}
