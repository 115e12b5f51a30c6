package dev.tidewait.evidence.live;

import dev.tidewait.evidence.late.AgeCounts;
import dev.tidewait.evidence.late.LateHistogram;
import dev.tidewait.evidence.late.LateSample;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * What a {@link LiveWatch} has seen until one moment. Immutable.
 *
 * @param nanos how long it has watched
 * @param classes every ending with every class of round trips, those without connections included
 * @param whole connections with both FINs: what came late, and for how long they were watched
 * @param broken connections with another end
 * @param reusedWhole four-tuples on which a new incarnation began (the peer's SYN came, or its answer to ours), by age since both FINs
 * @param reusedBroken the same after another end
 * @param rejected segments of an earlier incarnation that met a new one, by age since the earlier one's end
 * @param memoryNanos the shortest time after which an ended connection may have been forgotten; empty: never
 * @param segments TCP segments that came in by the device
 * @param lost late segments that found no room on their way to the counts: they are missing everywhere
 * @param unread packets whose TCP header was not found (later fragments, IPv6 extension headers)
 * @param counters the kernel's own counters that belong here, by nstat(8) name, and how much they have grown
 */
public record LiveSnapshot(
        String device,
        long nanos,
        List<LiveClass> classes,
        LateSample whole,
        LateSample broken,
        AgeCounts reusedWhole,
        AgeCounts reusedBroken,
        LateHistogram rejected,
        OptionalLong memoryNanos,
        long segments,
        long lost,
        long unread,
        Map<String, Long> counters) {

    public LiveSnapshot {
        classes = List.copyOf(classes);
        counters = Map.copyOf(counters);
    }

    /** Connections of these endings. */
    public long ended(Predicate<LiveEnding> which) {
        return classes.stream()
                .filter(one -> which.test(one.ending()))
                .mapToLong(LiveClass::ended)
                .sum();
    }

    /** Late segments of connections of these endings. */
    public LateHistogram late(Predicate<LiveEnding> which) {
        return classes.stream()
                .filter(one -> which.test(one.ending()))
                .map(LiveClass::late)
                .reduce(LateHistogram.NONE, LateHistogram::plus);
    }
}
