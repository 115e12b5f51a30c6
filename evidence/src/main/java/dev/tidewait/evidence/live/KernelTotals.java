package dev.tidewait.evidence.live;

import dev.tidewait.evidence.late.AgeBuckets;
import dev.tidewait.evidence.late.AgeCounts;
import dev.tidewait.linux.BpfMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/** What the programs have counted by themselves, summed over the CPUs: struct totals at one moment. Immutable. */
final class KernelTotals {
    private static final List<LiveEnding> ENDINGS = List.of(LiveEnding.values());
    private static final List<RoundTripClass> ROUND_TRIPS = List.of(RoundTripClass.values());

    private final long[] sums;

    private KernelTotals(long[] sums) {
        this.sums = sums;
    }

    static KernelTotals read(BpfMap totals) {
        int cpus = BpfMap.possibleCpus();
        long[] sums = new long[LiveLayout.TOTALS_COUNT];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(totals.keyBytes(), 8);
            MemorySegment values = arena.allocate((long) LiveLayout.TOTALS_COUNT * Long.BYTES * cpus, 8);
            totals.lookUp(key, values);
            for (int cpu = 0; cpu < cpus; cpu++) {
                for (int i = 0; i < sums.length; i++) {
                    sums[i] += values.getAtIndex(LiveLayout.LONG, (long) cpu * LiveLayout.TOTALS_COUNT + i);
                }
            }
        }
        return new KernelTotals(sums);
    }

    long ended(LiveEnding ending, RoundTripClass roundTrip) {
        int row = ENDINGS.indexOf(ending) * ROUND_TRIPS.size();
        return sums[LiveLayout.TOTALS_ENDED + row + ROUND_TRIPS.indexOf(roundTrip)];
    }

    long ended(LiveEnding ending) {
        long sum = 0;
        for (RoundTripClass roundTrip : ROUND_TRIPS) {
            sum += ended(ending, roundTrip);
        }
        return sum;
    }

    /** Connections of which shares are made. */
    long whole() {
        return ended(LiveEnding.WE_FIRST) + ended(LiveEnding.PEER_FIRST);
    }

    /** All that were written down since the start, half-closed ones included; as many as the map has room for are remembered. */
    long writtenDown() {
        return sums[LiveLayout.TOTALS_WRITTEN_DOWN];
    }

    /** Four-tuples used again after both FINs, by age. */
    AgeCounts reusedWhole() {
        return ages(LiveLayout.TOTALS_REUSED_WHOLE);
    }

    /** Four-tuples used again after another end, by age. */
    AgeCounts reusedBroken() {
        return ages(LiveLayout.TOTALS_REUSED_BROKEN);
    }

    private AgeCounts ages(int place) {
        return AgeCounts.of(Arrays.copyOfRange(sums, place, place + AgeBuckets.count()));
    }

    long segments() {
        return sums[LiveLayout.TOTALS_SEGMENTS];
    }

    long lost() {
        return sums[LiveLayout.TOTALS_LOST];
    }

    long unread() {
        return sums[LiveLayout.TOTALS_UNREAD];
    }
}
