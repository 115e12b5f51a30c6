package dev.tidewait.lab.churn;

import dev.tidewait.lab.Observer;
import dev.tidewait.lab.ProxyUnderTest;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * How old four-tuples were when they were used again, by the ledger and by the observer beside the server, against the floor that held
 * at that time. Immutable.
 *
 * @param ledgerReuses reuses in the ledger's trace
 * @param ledgerBelow those of them below the floor
 * @param ledgerYoungestMillis youngest of all
 * @param observedReuses reuses that the observer saw
 * @param observedBelow those below the floor
 * @param observedAfterFin those below it because the server had sent its FIN once more long after the connection was over: the last ACK was lost,
 *     and such a FIN is not an end that anybody could have waited for
 * @param observedYoungestNanos youngest of all but these
 */
record ReuseAges(
        long ledgerReuses,
        long ledgerBelow,
        long ledgerYoungestMillis,
        long observedReuses,
        long observedBelow,
        long observedAfterFin,
        long observedYoungestNanos) {
    private static final int SERVER_FIN_AGAIN = 32;
    /** From the lease to the SYN at the observer, and from the ledger's word to ours. */
    private static final long SLACK_MILLIS = 1_000;

    /**
     * Reads both records.
     *
     * @param strictSinceMillis when the destination was first seen to be sequence-strict (CLOCK_MONOTONIC)
     */
    static ReuseAges of(ChurnPlan plan, Observer observer, ProxyUnderTest proxy, OptionalLong strictSinceMillis) {
        long strictFrom = strictSinceMillis.orElse(Long.MAX_VALUE - SLACK_MILLIS) + SLACK_MILLIS;
        Tally ledger = new Tally();
        proxy.forEachLease((source, port, leasedMillis, ageMillis) ->
                ledger.add(ageMillis, floorMillis(plan, leasedMillis >= strictFrom), false));
        Tally wire = new Tally();
        // A SYN that goes ahead is under way for a shorter time than the last ACK was.
        long unevenNanos = Weather.of(plan.weather(), plan.seed())
                .unevenness()
                .plusMillis(1)
                .toNanos();
        observer.forEachReuse((group, port, synNanos, ageNanos, ended) -> {
            boolean strict = TimeUnit.NANOSECONDS.toMillis(synNanos) >= strictFrom;
            wire.add(
                    ageNanos,
                    TimeUnit.MILLISECONDS.toNanos(floorMillis(plan, strict)) - unevenNanos,
                    (ended & SERVER_FIN_AGAIN) != 0);
        });
        return new ReuseAges(
                ledger.count, ledger.below, ledger.youngest(), wire.count, wire.below, wire.excused, wire.youngest());
    }

    private static long floorMillis(ChurnPlan plan, boolean strict) {
        return (strict ? plan.strictFloor() : plan.leastFloor()).toMillis();
    }

    /** Of one record; in its unit. */
    private static final class Tally {
        private long count;
        private long below;
        private long excused;
        private long least = Long.MAX_VALUE;

        void add(long age, long floor, boolean excuse) {
            count++;
            if (age < floor && excuse) {
                excused++;
                return;
            }
            below += age < floor ? 1 : 0;
            least = Math.min(least, age);
        }

        long youngest() {
            return count == excused ? -1 : least;
        }
    }
}
