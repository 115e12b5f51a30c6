package dev.tidewait.hook.reap;

import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Counts what the passes did, in all and for each source and destination. Owned by one thread. */
final class ReapAudit {
    /** Rows kept; with more pairs, those with the fewest removals give way. The totals know all. */
    private static final int MOST_ROWS = 2_000;

    private static final int ROWS_AFTER_TRIM = 1_000;
    private static final Comparator<Row> MOST_DESTROYED =
            Comparator.comparingLong((Row row) -> row.destroyed).reversed();

    private final Map<Between, Row> rows = new HashMap<>();
    private final Row total = new Row();
    private long passes;
    private long sparedListening;
    private long sparedFloor;
    private long sparedFinWait2;
    private long mostSparedListening;
    private long mostSparedFloor;
    private long mostSparedFinWait2;
    private Optional<FullestPair> fullest = Optional.empty();

    private record Between(IpAddress source, Destination destination) {}

    private static final class Row {
        long destroyed;
        long vanished;
        long failed;
        long youngestMillis = Long.MAX_VALUE;
        long mostSparedFloor;
        long mostSparedFinWait2;
        int mostUsed;

        void add(Pair pair) {
            destroyed += pair.destroyed;
            vanished += pair.vanished;
            failed += pair.failed;
            youngestMillis = Math.min(youngestMillis, pair.youngestDestroyedMillis);
            mostSparedFloor = Math.max(mostSparedFloor, pair.sparedByFloor());
            mostSparedFinWait2 = Math.max(mostSparedFinWait2, pair.finWait2);
            mostUsed = Math.max(mostUsed, pair.used());
        }
    }

    /** A pass has ended. */
    void add(Census census, int portCount) {
        passes++;
        sparedListening = census.sparedListening();
        sparedFloor = 0;
        sparedFinWait2 = 0;
        int fullestIndex = -1;
        for (int i = 0; i < census.pairs.size(); i++) {
            Pair pair = census.pairs.get(i);
            if (!pair.chosen) {
                continue;
            }
            total.add(pair);
            sparedFloor += pair.sparedByFloor();
            sparedFinWait2 += pair.finWait2;
            if (fullestIndex < 0 || pair.used() > census.pairs.get(fullestIndex).used()) {
                fullestIndex = i;
            }
            if (pair.taken > 0 || pair.sparedByFloor() > 0) {
                rowOf(pair).add(pair);
            }
        }
        mostSparedListening = Math.max(mostSparedListening, sparedListening);
        mostSparedFloor = Math.max(mostSparedFloor, sparedFloor);
        mostSparedFinWait2 = Math.max(mostSparedFinWait2, sparedFinWait2);
        fullest = fullestIndex < 0 ? Optional.empty() : Optional.of(fullest(census.pairs.get(fullestIndex), portCount));
        if (rows.size() > MOST_ROWS) {
            trim();
        }
    }

    ReapSnapshot snapshot(boolean dryRun, int portCount, double passMillis) {
        return new ReapSnapshot(
                dryRun,
                portCount,
                passes,
                total.destroyed,
                total.vanished,
                total.failed,
                youngest(total),
                new Spared(sparedFloor, mostSparedFloor),
                new Spared(sparedFinWait2, mostSparedFinWait2),
                new Spared(sparedListening, mostSparedListening),
                passMillis,
                fullest,
                rows.entrySet().stream()
                        .sorted(Map.Entry.comparingByValue(MOST_DESTROYED))
                        .map(entry -> row(entry.getKey(), entry.getValue()))
                        .toList());
    }

    private Row rowOf(Pair pair) {
        return rows.computeIfAbsent(new Between(pair.source(), pair.destination()), ignored -> new Row());
    }

    private void trim() {
        List<Between> fewest = rows.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(MOST_DESTROYED))
                .skip(ROWS_AFTER_TRIM)
                .map(Map.Entry::getKey)
                .toList();
        fewest.forEach(rows::remove);
    }

    private static FullestPair fullest(Pair pair, int portCount) {
        return new FullestPair(
                pair.source(), pair.destination(), pair.used(), pair.usedAfter(), pair.perMilli() * 1_000, portCount);
    }

    private static ReapRow row(Between between, Row row) {
        return new ReapRow(
                between.destination,
                between.source,
                row.destroyed,
                row.vanished,
                row.failed,
                youngest(row),
                row.mostSparedFloor,
                row.mostSparedFinWait2,
                row.mostUsed);
    }

    private static long youngest(Row row) {
        return row.youngestMillis == Long.MAX_VALUE ? 0 : row.youngestMillis;
    }
}
