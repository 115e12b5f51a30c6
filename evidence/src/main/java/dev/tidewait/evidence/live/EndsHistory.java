package dev.tidewait.evidence.live;

import dev.tidewait.evidence.late.AgeBuckets;
import dev.tidewait.evidence.late.AgeCounts;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * How many connections had ended at each moment of the last minutes, and so for how long each has been watched: until its four-tuple was used again, it was
 * forgotten, or now. Errs towards shorter watches. Owned by one thread.
 */
final class EndsHistory {
    /** Longer than the last bound of {@link AgeBuckets}. */
    private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(245);

    /** A map of the kernel's kind "LRU" forgets some before it is full, as it finds the oldest only roughly. */
    private static final double SURELY_REMEMBERED = 0.8;

    /** Each CPU keeps up to 128 entries free for itself, and as many that it has just filled (kernel/bpf/bpf_lru_list.c). */
    private static final int HELD_BY_EACH_CPU = 2 * 128;

    private final long remembered;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private long shortestMemoryNanos = Long.MAX_VALUE;

    private record Sample(long atNanos, long whole, long broken, long writtenDown) {
        long ended(boolean ofWhole) {
            return ofWhole ? whole : broken;
        }
    }

    /**
     * @param capacity how many ended connections the kernel's map has room for
     * @param possibleCpus that may write into it
     * @throws LiveException so few that none is sure to be remembered
     */
    EndsHistory(int capacity, int possibleCpus) throws LiveException {
        long held = (long) HELD_BY_EACH_CPU * possibleCpus;
        remembered = Math.min((long) (capacity * SURELY_REMEMBERED), capacity - held);
        if (remembered <= 0) {
            throw new LiveException(String.format(
                    Locale.ROOT,
                    "Of %,d ended connections none is sure to be remembered: this kernel has %,d possible CPUs, each of which"
                            + " may keep %d places to itself. Remember at least %,d (--remember).",
                    capacity,
                    possibleCpus,
                    HELD_BY_EACH_CPU,
                    2 * held));
        }
    }

    /** @param totals as they are now */
    void add(long nowNanos, KernelTotals totals) {
        add(nowNanos, totals.whole(), totals.ended(LiveEnding.BROKEN), totals.writtenDown());
    }

    /**
     * @param whole connections with both FINs that have ended until now
     * @param broken connections with another end
     * @param writtenDown ends of any kind that went into the map, those of half-closed connections included
     */
    void add(long nowNanos, long whole, long broken, long writtenDown) {
        samples.addLast(new Sample(nowNanos, whole, broken, writtenDown));
        while (nowNanos - samples.getFirst().atNanos > KEPT_NANOS) {
            samples.removeFirst();
        }
        for (Iterator<Sample> newestFirst = samples.descendingIterator(); newestFirst.hasNext(); ) {
            Sample sample = newestFirst.next();
            if (writtenDown - sample.writtenDown > remembered) {
                shortestMemoryNanos = Math.min(shortestMemoryNanos, nowNanos - sample.atNanos);
                return;
            }
        }
    }

    /** The shortest time after which a connection may have been forgotten; empty while there was room for all. */
    OptionalLong memoryNanos() {
        return shortestMemoryNanos == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(shortestMemoryNanos);
    }

    /**
     * Connections by how long they were watched until the last sample.
     *
     * @param ofWhole those with both FINs, else those with another end
     * @param reused of them, those whose four-tuple was used again, by age: these were watched until then
     * @param latest of them, those with late segments, by the age of the last one: these were watched at least so long
     * @param latestNeeding the same, by the age of the last FIN or data; more than {@code latest} where events were lost
     */
    AgeCounts watched(boolean ofWhole, AgeCounts reused, AgeCounts latest, AgeCounts latestNeeding) {
        long[] counts = untilNow(ofWhole);
        takeOldest(counts, counts.length, reused.total());
        long[] again = reused.toArray();
        for (int i = 0; i < counts.length; i++) {
            counts[i] += again[i];
        }
        holdAtLeast(counts, latest);
        holdAtLeast(counts, latestNeeding);
        return AgeCounts.of(counts);
    }

    /** As if no four-tuple had been used again. */
    private long[] untilNow(boolean ofWhole) {
        long[] counts = new long[AgeBuckets.count()];
        long nowNanos = samples.getLast().atNanos;
        long before = 0;
        for (Sample sample : samples) {
            long ended = sample.ended(ofWhole);
            // They ended before this sample and after the one before it: at least so long ago.
            long watchedNanos = Math.min(nowNanos - sample.atNanos, shortestMemoryNanos);
            counts[AgeBuckets.indexOf(watchedNanos)] += ended - before;
            before = ended;
        }
        return counts;
    }

    /** Which of them were used again is not known: those that would have been watched longest. */
    private static void takeOldest(long[] counts, int below, long many) {
        long left = many;
        for (int i = below - 1; i >= 0 && left > 0; i--) {
            long taken = Math.min(left, counts[i]);
            counts[i] -= taken;
            left -= taken;
        }
    }

    /** No fewer were watched longer than T than had a late segment later than T. */
    private static void holdAtLeast(long[] counts, AgeCounts latest) {
        long spare = 0;
        for (int i = counts.length - 1; i >= 0; i--) {
            spare += counts[i] - latest.get(i);
            if (spare < 0) {
                counts[i] -= spare;
                takeOldest(counts, i, -spare);
                spare = 0;
            }
        }
    }
}
