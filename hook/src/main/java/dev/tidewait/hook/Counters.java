package dev.tidewait.hook;

import dev.tidewait.linux.BpfMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the counters out of the maps. Any thread. */
final class Counters {
    /** Entries visited at most: the map's size, and some more for those that are seen twice while others come and go. */
    private static final int MOST_VISITS = 20_000;

    private final BpfMap cursors;
    private final BpfMap totals;
    private final DestroyCounts destroys;

    Counters(Programs programs, DestroyCounts destroys) {
        this.cursors = programs.map("cursors");
        this.totals = programs.map("totals");
        this.destroys = destroys;
    }

    HookSnapshot read() {
        Map<DestinationRow.Key, DestinationRow> rows = new HashMap<>();
        cursors.forEach(MOST_VISITS, (key, value) -> {
            DestinationRow row = row(key, value);
            rows.put(row.key(), row);
        });
        List<DestinationRow> sorted = new ArrayList<>(rows.values());
        sorted.sort(Comparator.comparingLong(DestinationRow::connects).reversed());
        long[] sums = sums();
        return new HookSnapshot(
                sorted,
                byReason(LeftAlone.class, sums, Layout.TOTALS_LEFT_ALONE),
                byReason(NoPort.class, sums, Layout.TOTALS_NO_PORT),
                sums[Layout.TOTALS_CONNECTS / Long.BYTES],
                sums[Layout.TOTALS_KERNEL_CHOSE / Long.BYTES],
                sums[Layout.TOTALS_REFUSED / Long.BYTES],
                sums[Layout.TOTALS_BIND_ERRORS / Long.BYTES],
                destroys.destroyed(),
                destroys.refused(),
                destroys.lost() + sums[Layout.TOTALS_EVENTS_LOST / Long.BYTES]);
    }

    /** The counters of all reasons, which lie one after the other from there on. */
    private static <R extends Enum<R>> Map<R, Long> byReason(Class<R> reasons, long[] sums, int offset) {
        Map<R, Long> counts = new EnumMap<>(reasons);
        int field = offset / Long.BYTES;
        for (R reason : EnumSet.allOf(reasons)) {
            counts.put(reason, sums[field++]);
        }
        return counts;
    }

    private DestinationRow row(MemorySegment key, MemorySegment value) {
        DestinationRow.Key pair =
                new DestinationRow.Key(Layout.address(key, Layout.TUPLE_SOURCE), Layout.destination(key));
        long neverUsed = value.get(Layout.LONG, Layout.CURSOR_NEVER_USED);
        long steals = value.get(Layout.LONG, Layout.CURSOR_STEALS);
        long afterClose = value.get(Layout.LONG, Layout.CURSOR_AFTER_CLOSE);
        boolean reused = steals + afterClose > 0;
        long least = reused ? value.get(Layout.INT, Layout.CURSOR_AGE_MIN) & 0xffff_ffffL : 0;
        long greatest = value.get(Layout.INT, Layout.CURSOR_AGE_MAX) & 0xffff_ffffL;
        return new DestinationRow(
                pair.destination(),
                pair.source(),
                neverUsed + steals + afterClose,
                neverUsed,
                steals,
                afterClose,
                destroys.of(pair),
                least,
                reused ? median(value, least, greatest) : 0,
                greatest,
                value.get(Layout.LONG, Layout.CURSOR_CANDIDATES),
                value.get(Layout.LONG, Layout.CURSOR_KERNEL_CHOSE),
                value.get(Layout.LONG, Layout.CURSOR_REFUSED));
    }

    private static long median(MemorySegment cursor, long least, long greatest) {
        long count = 0;
        for (int i = 0; i < Layout.AGE_BUCKETS; i++) {
            count += bucket(cursor, i);
        }
        long seen = 0;
        for (int i = 0; i < Layout.AGE_BUCKETS; i++) {
            seen += bucket(cursor, i);
            if (2 * seen >= count) {
                return Math.clamp(upperEdge(i), Math.min(least, greatest), greatest);
            }
        }
        return greatest;
    }

    private static long bucket(MemorySegment cursor, int index) {
        return cursor.get(Layout.INT, Layout.CURSOR_AGES + (long) index * Integer.BYTES) & 0xffff_ffffL;
    }

    /** Eight buckets per power of two. */
    static long upperEdge(int bucket) {
        int shift = (bucket >>> Layout.AGE_FINE_BITS) - 1;
        long fine = bucket & ((1 << Layout.AGE_FINE_BITS) - 1);
        return shift < 0 ? fine : ((fine + (1 << Layout.AGE_FINE_BITS) + 1) << shift) - 1;
    }

    /** The per-CPU totals added up, one number per field. */
    private long[] sums() {
        int fields = totals.valueBytes() / Long.BYTES;
        int cpus = BpfMap.possibleCpus();
        long[] sums = new long[fields];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment all = arena.allocate((long) cpus * totals.valueBytes(), 8);
            if (totals.lookUp(arena.allocate(totals.keyBytes(), 8), all)) {
                for (int i = 0; i < cpus * fields; i++) {
                    sums[i % fields] += all.get(Layout.LONG, (long) i * Long.BYTES);
                }
            }
        }
        return sums;
    }
}
