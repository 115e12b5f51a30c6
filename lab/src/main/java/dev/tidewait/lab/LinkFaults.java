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
 * @param blackFrom from here, since the link began, nothing passes
 * @param blackTo until here; with {@code blackFrom} equal, never
 * @param blackEvery and again whenever so much time has passed; zero = once
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
        Duration blackFrom,
        Duration blackTo,
        Duration blackEvery) {
    /** Everything passes at once. */
    public static final LinkFaults NONE =
            new LinkFaults(Duration.ZERO, Duration.ZERO, 0, 0, 0, 0, 0, 0, Duration.ZERO, Duration.ZERO, Duration.ZERO);

    public LinkFaults withDelay(Duration least, Duration further) {
        return new LinkFaults(
                least,
                further,
                lose,
                duplicate,
                reorder,
                corrupt,
                forge,
                megabitsPerSecond,
                blackFrom,
                blackTo,
                blackEvery);
    }

    public LinkFaults withLoss(double share) {
        return new LinkFaults(
                delay,
                jitter,
                share,
                duplicate,
                reorder,
                corrupt,
                forge,
                megabitsPerSecond,
                blackFrom,
                blackTo,
                blackEvery);
    }

    public LinkFaults withDuplicates(double share) {
        return new LinkFaults(
                delay, jitter, lose, share, reorder, corrupt, forge, megabitsPerSecond, blackFrom, blackTo, blackEvery);
    }

    public LinkFaults withReordering(double share) {
        return new LinkFaults(
                delay,
                jitter,
                lose,
                duplicate,
                share,
                corrupt,
                forge,
                megabitsPerSecond,
                blackFrom,
                blackTo,
                blackEvery);
    }

    public LinkFaults withCorruption(double share) {
        return new LinkFaults(
                delay,
                jitter,
                lose,
                duplicate,
                reorder,
                share,
                forge,
                megabitsPerSecond,
                blackFrom,
                blackTo,
                blackEvery);
    }

    public LinkFaults withForgery(double share) {
        return new LinkFaults(
                delay,
                jitter,
                lose,
                duplicate,
                reorder,
                corrupt,
                share,
                megabitsPerSecond,
                blackFrom,
                blackTo,
                blackEvery);
    }

    public LinkFaults withLimit(double megabits) {
        return new LinkFaults(
                delay, jitter, lose, duplicate, reorder, corrupt, forge, megabits, blackFrom, blackTo, blackEvery);
    }

    public LinkFaults withBlackHole(Duration from, Duration to) {
        return withBlackHoles(from, to, Duration.ZERO);
    }

    /** @param every from the beginning of one to the beginning of the next */
    public LinkFaults withBlackHoles(Duration from, Duration to, Duration every) {
        return new LinkFaults(
                delay, jitter, lose, duplicate, reorder, corrupt, forge, megabitsPerSecond, from, to, every);
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
                blackFrom.toMillis(),
                blackTo.toMillis(),
                blackEvery.toMillis());
    }
}
