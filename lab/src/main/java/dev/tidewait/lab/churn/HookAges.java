package dev.tidewait.lab.churn;

import dev.tidewait.lab.Observer;
import dev.tidewait.lab.ReuseVisitor;

/**
 * How old four-tuples were when they were used again below {@code tidewait run}, by the observer beside the program. Immutable.
 *
 * <p>It counts from what the program's host sent last. That may be later than the end that the hook saw, by how uneven the link is, see
 * {@link ReuseAges}. A FIN that comes again is no excuse by itself: the hook asks the TIME_WAIT socket, whose timer starts anew then. But where the server
 * closed first there is none, the host answers with RST, and nobody on it can know.
 *
 * @param observed SYNs on four-tuples that were used before, from the ports that the hook gives out
 * @param below those of them below the floor
 * @param afterFin those below it because the server's FIN came once more when the connection was long over, and the host answered with RST. They are
 *     in neither of the other two
 * @param youngestNanos youngest of all but these; -1 without any
 * @param kernelsOwn SYNs on four-tuples that were used before, from the ports that the kernel gives out where no port of the hook's has rested
 */
public record HookAges(long observed, long below, long afterFin, long youngestNanos, long kernelsOwn) {

    private static final int RST = 4;
    private static final int ANSWERED_FIN = SeenReuses.SERVER_FIN_AGAIN | RST;

    static HookAges of(ChurnPlan plan, Observer observer) {
        Tally tally = new Tally(plan);
        observer.forEachReuse(tally);
        return tally.ages();
    }

    /** Used once. */
    static final class Tally implements ReuseVisitor {
        private final int firstPort;
        private final int lastPort;
        private final long leastNanos;

        private long observed;
        private long below;
        private long afterFin;
        private long youngest = Long.MAX_VALUE;
        private long kernelsOwn;

        Tally(ChurnPlan plan) {
            this.firstPort = ChurnPlan.FIRST_PORT;
            this.lastPort = firstPort + plan.portCount() - 1;
            this.leastNanos = plan.leastFloor()
                    .minus(Weather.of(plan.weather(), plan.seed()).unevenness())
                    .minusMillis(ReuseAges.LAST_ANSWER_MILLIS)
                    .toNanos();
        }

        @Override
        public void reuse(int group, int sourcePort, long synNanos, long ageNanos, int ended) {
            if (sourcePort < firstPort || sourcePort > lastPort) {
                kernelsOwn++;
                return;
            }
            boolean isBelow = ageNanos < leastNanos;
            if (isBelow && (ended & ANSWERED_FIN) == ANSWERED_FIN) {
                afterFin++;
                return;
            }
            observed++;
            below += isBelow ? 1 : 0;
            youngest = Math.min(youngest, ageNanos);
        }

        HookAges ages() {
            return new HookAges(observed, below, afterFin, observed == 0 ? -1 : youngest, kernelsOwn);
        }
    }
}
