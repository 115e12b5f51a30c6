package dev.tidewait.lab.churn;

import dev.tidewait.lab.Observer;
import dev.tidewait.lab.ProxyUnderTest;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * How old four-tuples were when they were used again, by the ledger and by the observer beside the proxy, against the floor that held
 * at that time. Immutable.
 *
 * <p>The observer counts from what the proxy's side sent last, at the proxy's own interface: a segment that the bad link holds back, or a link
 * whose turn comes late on a busy machine, makes nothing younger.
 *
 * @param reuses in the ledger's trace
 * @param ledgerBelow those of them below the floor
 * @param ledgerYoungestMillis youngest of all
 * @param observed those whose SYN the observer saw as well
 * @param observedBelow those of them below the floor
 * @param observedAfterFin those below it because the server's FIN came once more when the connection was long over, and the kernel answered
 *     it: the last ACK was lost, and nobody on this side can know that. They are in neither of the other two
 * @param observedYoungestNanos youngest of all but these
 */
public record ReuseAges(
        long reuses,
        long ledgerBelow,
        long ledgerYoungestMillis,
        long observed,
        long observedBelow,
        long observedAfterFin,
        long observedYoungestNanos) {
    /** From the proxy's word that the destination is sequence-strict to the moment at which it certainly holds. */
    private static final long SLACK_MILLIS = 1_000;

    /**
     * A segment that the link doubled, or let another one overtake, may come when the connection is just over. If the server closed first, the
     * proxy's host has no socket any more and answers with RST: so it sends something later than the end, by how uneven the link is and by this
     * for a busy machine.
     */
    static final long LAST_ANSWER_MILLIS = 20;

    /**
     * Reads both records.
     *
     * @param strictSinceMillis when the destination was first seen to be sequence-strict (CLOCK_MONOTONIC)
     */
    static ReuseAges of(ChurnPlan plan, Observer observer, ProxyUnderTest proxy, OptionalLong strictSinceMillis) {
        Tally tally = new Tally(plan, SeenReuses.read(observer), strictSinceMillis);
        proxy.forEachLease((source, port, leasedMillis, ageMillis) -> tally.add(port, leasedMillis, ageMillis));
        return tally.ages();
    }

    /** Used once. */
    static final class Tally {
        private final ChurnPlan plan;
        private final SeenReuses seen;
        private final long strictFromMillis;
        private final long unevenNanos;

        private long reuses;
        private long ledgerBelow;
        private long ledgerYoungest = Long.MAX_VALUE;
        private long observed;
        private long observedBelow;
        private long observedAfterFin;
        private long observedYoungest = Long.MAX_VALUE;

        Tally(ChurnPlan plan, SeenReuses seen, OptionalLong strictSinceMillis) {
            this.plan = plan;
            this.seen = seen;
            this.strictFromMillis =
                    strictSinceMillis.isPresent() ? strictSinceMillis.getAsLong() + SLACK_MILLIS : Long.MAX_VALUE;
            this.unevenNanos = Weather.of(plan.weather(), plan.seed())
                    .unevenness()
                    .plusMillis(LAST_ANSWER_MILLIS)
                    .toNanos();
        }

        void add(int port, long leasedMillis, long ageMillis) {
            long floor = (leasedMillis >= strictFromMillis ? plan.strictFloor() : plan.leastFloor()).toMillis();
            reuses++;
            ledgerBelow += ageMillis < floor ? 1 : 0;
            ledgerYoungest = Math.min(ledgerYoungest, ageMillis);
            SeenReuses.Seen syn = seen.first(port, TimeUnit.MILLISECONDS.toNanos(leasedMillis));
            if (syn == null) {
                return;
            }
            boolean below = syn.ageNanos() < TimeUnit.MILLISECONDS.toNanos(floor) - unevenNanos;
            if (below && syn.afterFinAgain()) {
                observedAfterFin++;
                return;
            }
            observed++;
            observedBelow += below ? 1 : 0;
            observedYoungest = Math.min(observedYoungest, syn.ageNanos());
        }

        ReuseAges ages() {
            return new ReuseAges(
                    reuses,
                    ledgerBelow,
                    reuses == 0 ? -1 : ledgerYoungest,
                    observed,
                    observedBelow,
                    observedAfterFin,
                    observed == 0 ? -1 : observedYoungest);
        }
    }
}
