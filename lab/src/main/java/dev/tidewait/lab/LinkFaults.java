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
 * @param corrupt share with one bit turned over behind the IP header
 * @param megabitsPerSecond what the line carries; 0 = as much as comes
 * @param blackFrom from here, since the link began, nothing passes
 * @param blackTo until here; with {@code blackFrom} equal, never
 */
public record LinkFaults(
        Duration delay,
        Duration jitter,
        double lose,
        double duplicate,
        double reorder,
        double corrupt,
        double megabitsPerSecond,
        Duration blackFrom,
        Duration blackTo) {
    /** Everything passes at once. */
    public static final LinkFaults NONE =
            new LinkFaults(Duration.ZERO, Duration.ZERO, 0, 0, 0, 0, 0, Duration.ZERO, Duration.ZERO);

    public LinkFaults withDelay(Duration least, Duration further) {
        return new LinkFaults(least, further, lose, duplicate, reorder, corrupt, megabitsPerSecond, blackFrom, blackTo);
    }

    public LinkFaults withLoss(double share) {
        return new LinkFaults(delay, jitter, share, duplicate, reorder, corrupt, megabitsPerSecond, blackFrom, blackTo);
    }

    public LinkFaults withDuplicates(double share) {
        return new LinkFaults(delay, jitter, lose, share, reorder, corrupt, megabitsPerSecond, blackFrom, blackTo);
    }

    public LinkFaults withReordering(double share) {
        return new LinkFaults(delay, jitter, lose, duplicate, share, corrupt, megabitsPerSecond, blackFrom, blackTo);
    }

    public LinkFaults withCorruption(double share) {
        return new LinkFaults(delay, jitter, lose, duplicate, reorder, share, megabitsPerSecond, blackFrom, blackTo);
    }

    public LinkFaults withLimit(double megabits) {
        return new LinkFaults(delay, jitter, lose, duplicate, reorder, corrupt, megabits, blackFrom, blackTo);
    }

    public LinkFaults withBlackHole(Duration from, Duration to) {
        return new LinkFaults(delay, jitter, lose, duplicate, reorder, corrupt, megabitsPerSecond, from, to);
    }

    /** As the C program {@code impair} takes them. */
    String argument() {
        return String.format(
                Locale.ROOT,
                "delay=%d,jitter=%d,lose=%f,duplicate=%f,reorder=%f,corrupt=%f,mbit=%f,black=%d-%d",
                delay.toNanos() / 1_000,
                jitter.toNanos() / 1_000,
                lose,
                duplicate,
                reorder,
                corrupt,
                megabitsPerSecond,
                blackFrom.toMillis(),
                blackTo.toMillis());
    }
}
