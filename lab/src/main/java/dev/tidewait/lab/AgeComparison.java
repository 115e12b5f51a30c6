package dev.tidewait.lab;

import dev.tidewait.ports.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The ledger's ages beside those that the observer saw on the wire, reuse by reuse. Immutable.
 *
 * @param ledgerReuses reuses in the ledger's trace
 * @param matched those of them that the observer saw too
 * @param olderInLedger matched ones whose age by the ledger exceeds the observed one by more than 1 ms: the ledger would be wrong
 * @param medianDifferenceMillis median of observed minus ledger age
 * @param youngestLedgerMillis youngest age by the ledger
 * @param medianLedgerMillis median age by the ledger
 * @param oldestLedgerMillis oldest age by the ledger
 */
public record AgeComparison(
        long ledgerReuses,
        long matched,
        long olderInLedger,
        double medianDifferenceMillis,
        long youngestLedgerMillis,
        long medianLedgerMillis,
        long oldestLedgerMillis) {
    private static final double TOLERANCE_MILLIS = 1;
    /** A lease and its SYN are not further apart than this; a four-tuple's reuses are. */
    private static final long NEAR_NANOS = TimeUnit.MILLISECONDS.toNanos(900);

    /** One reuse as the observer saw it. */
    private record Seen(long synNanos, long ageNanos) {}

    /**
     * Joins both records.
     *
     * @param behindNat whether the observer sees another source than the ledger; then only the port tells
     */
    static AgeComparison of(Observer observer, ObserverReport report, ProxyUnderTest proxy, boolean behindNat) {
        Map<Integer, Integer> groups = new HashMap<>();
        List<IpAddress> sources = new ArrayList<>();
        for (ObserverReport.Group group : report.groups()) {
            IpAddress source = behindNat ? new IpAddress(0, 0) : IpAddress.of(AddressPlan.parse(group.source()));
            if (!sources.contains(source)) {
                sources.add(source);
            }
            groups.put(groups.size(), sources.indexOf(source));
        }
        Map<Integer, List<Seen>> seen = new HashMap<>();
        observer.forEachReuse((group, port, synNanos, ageNanos, ended) -> seen.computeIfAbsent(
                        (groups.getOrDefault(group, 0) << 16) | port, key -> new ArrayList<>())
                .add(new Seen(synNanos, ageNanos)));
        Tally tally = new Tally();
        proxy.forEachLease((source, port, leasedMillis, ageMillis) -> {
            int index = behindNat ? 0 : sources.indexOf(source);
            tally.add(nearest(seen.get((index << 16) | port), leasedMillis), ageMillis);
        });
        return tally.comparison();
    }

    /** The reuse whose SYN left right after the lease; null if the observer has none. */
    private static @Nullable Seen nearest(@Nullable List<Seen> reuses, long leasedMillis) {
        if (reuses == null) {
            return null;
        }
        long leasedNanos = TimeUnit.MILLISECONDS.toNanos(leasedMillis);
        int low = 0;
        int high = reuses.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (reuses.get(middle).synNanos() < leasedNanos) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < reuses.size() && reuses.get(low).synNanos() - leasedNanos < NEAR_NANOS ? reuses.get(low) : null;
    }

    /** Collects both ages. */
    private static final class Tally {
        private long older;
        private int matched;
        private int count;
        private double[] differences = new double[1 << 16];
        private long[] ages = new long[1 << 16];

        void add(@Nullable Seen seen, long ageMillis) {
            ages = count == ages.length ? Arrays.copyOf(ages, 2 * count) : ages;
            ages[count++] = ageMillis;
            if (seen == null) {
                return;
            }
            double difference = seen.ageNanos() / 1e6 - ageMillis;
            older += difference < -TOLERANCE_MILLIS ? 1 : 0;
            differences = matched == differences.length ? Arrays.copyOf(differences, 2 * matched) : differences;
            differences[matched++] = difference;
        }

        AgeComparison comparison() {
            Arrays.sort(differences, 0, matched);
            Arrays.sort(ages, 0, count);
            return new AgeComparison(
                    count,
                    matched,
                    older,
                    matched == 0 ? 0 : differences[matched / 2],
                    count == 0 ? -1 : ages[0],
                    count == 0 ? -1 : ages[count / 2],
                    count == 0 ? -1 : ages[count - 1]);
        }
    }
}
