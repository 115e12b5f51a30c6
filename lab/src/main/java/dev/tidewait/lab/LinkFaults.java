package dev.tidewait.lab;

import java.time.Duration;
import java.util.Locale;

/**
 * What one direction of an {@link ImpairedLink} does to packets. Immutable; start from {@link #NONE}.
 *
 * @param delay one way
 * @param jitter up to so much more, evenly; packets stay in order
 * @param lose share of packets that vanish, 0 to 1
 * @param duplicate share that arrives twice
 * @param reorder share that overtakes those before it: it is not delayed
 * @param corrupt share with one bit turned over behind the ports; the checksum tells
 * @param forge share of what carries data with one bit of it turned over and a checksum that fits: no receiver can tell
 * @param megabitsPerSecond what the line carries; 0 = as much as comes
 * @param black when nothing passes
 */
public record LinkFaults(
        Duration delay,
        Duration jitter,
        double lose,
        double duplicate,
        double reorder,
        double corrupt,
        double forge,
        double megabitsPerSecond,
        BlackHole black) {
    /**
     * When nothing passes. Immutable.
     *
     * @param from since the first TCP packet came, however long the programs took to start
     * @param to with {@code from} equal, never
     * @param every from the beginning of one to the beginning of the next; zero = once
     */
    public record BlackHole(Duration from, Duration to, Duration every) {
        /** Never. */
        public static final BlackHole NONE = new BlackHole(Duration.ZERO, Duration.ZERO, Duration.ZERO);
    }

    /** Everything passes at once. */
    public static final LinkFaults NONE =
            new LinkFaults(Duration.ZERO, Duration.ZERO, 0, 0, 0, 0, 0, 0, BlackHole.NONE);

    public LinkFaults withDelay(Duration least, Duration further) {
        return new LinkFaults(least, further, lose, duplicate, reorder, corrupt, forge, megabitsPerSecond, black);
    }

    public LinkFaults withLoss(double share) {
        return new LinkFaults(delay, jitter, share, duplicate, reorder, corrupt, forge, megabitsPerSecond, black);
    }

    public LinkFaults withDuplicates(double share) {
        return new LinkFaults(delay, jitter, lose, share, reorder, corrupt, forge, megabitsPerSecond, black);
    }

    public LinkFaults withReordering(double share) {
        return new LinkFaults(delay, jitter, lose, duplicate, share, corrupt, forge, megabitsPerSecond, black);
    }

    public LinkFaults withCorruption(double share) {
        return new LinkFaults(delay, jitter, lose, duplicate, reorder, share, forge, megabitsPerSecond, black);
    }

    public LinkFaults withForgery(double share) {
        return new LinkFaults(delay, jitter, lose, duplicate, reorder, corrupt, share, megabitsPerSecond, black);
    }

    public LinkFaults withLimit(double megabits) {
        return new LinkFaults(delay, jitter, lose, duplicate, reorder, corrupt, forge, megabits, black);
    }

    public LinkFaults withBlackHole(Duration from, Duration to) {
        return withBlackHoles(from, to, Duration.ZERO);
    }

    /** @param every from the beginning of one to the beginning of the next */
    public LinkFaults withBlackHoles(Duration from, Duration to, Duration every) {
        return new LinkFaults(
                delay,
                jitter,
                lose,
                duplicate,
                reorder,
                corrupt,
                forge,
                megabitsPerSecond,
                new BlackHole(from, to, every));
    }

    /** As the C program {@code impair} takes them. */
    String argument() {
        return String.format(
                Locale.ROOT,
                "delay=%d,jitter=%d,lose=%f,duplicate=%f,reorder=%f,corrupt=%f,forge=%f,mbit=%f,black=%d-%d,every=%d",
                delay.toNanos() / 1_000,
                jitter.toNanos() / 1_000,
                lose,
                duplicate,
                reorder,
                corrupt,
                forge,
                megabitsPerSecond,
                black.from().toMillis(),
                black.to().toMillis(),
                black.every().toMillis());
    }
}
