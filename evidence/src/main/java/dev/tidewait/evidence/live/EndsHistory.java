package dev.tidewait.evidence.live;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * How many connections had ended at each moment of the last two minutes: of a share "later than T" only those can be the whole that ended T ago or
 * earlier, and only while they are remembered. Owned by one thread.
 */
final class EndsHistory {
    /** Longer than the greatest age that a share is made for. */
    private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(125);

    /** A map of the kernel's kind "LRU" forgets some before it is full: each CPU holds a share of the free entries. */
    private static final double SURELY_REMEMBERED = 0.8;

    private final long remembered;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private long shortestMemoryNanos = Long.MAX_VALUE;

    private record Sample(long atNanos, long whole, long writtenDown) {}

    /** @param capacity how many ended connections the kernel's map has room for */
    EndsHistory(int capacity) {
        remembered = (long) (capacity * SURELY_REMEMBERED);
    }

    /**
     * @param whole connections with both FINs that had ended until now
     * @param writtenDown connections of any kind
     */
    void add(long nowNanos, long whole, long writtenDown) {
        samples.addLast(new Sample(nowNanos, whole, writtenDown));
        while (nowNanos - samples.getFirst().atNanos > KEPT_NANOS) {
            samples.removeFirst();
        }
        for (var newestFirst = samples.descendingIterator(); newestFirst.hasNext(); ) {
            Sample sample = newestFirst.next();
            if (writtenDown - sample.writtenDown > remembered) {
                shortestMemoryNanos = Math.min(shortestMemoryNanos, nowNanos - sample.atNanos);
                return;
            }
        }
    }

    /** How many had ended so long ago or earlier; never more than there were. */
    long endedBefore(long nowNanos, long ageNanos) {
        for (var newestFirst = samples.descendingIterator(); newestFirst.hasNext(); ) {
            Sample sample = newestFirst.next();
            if (nowNanos - sample.atNanos >= ageNanos) {
                return sample.whole;
            }
        }
        return 0;
    }

    /** The shortest time after which a connection may have been forgotten; empty while there was room for all. */
    OptionalLong memoryNanos() {
        return shortestMemoryNanos == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(shortestMemoryNanos);
    }
}
