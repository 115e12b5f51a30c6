package dev.tidewait.netty;

import dev.tidewait.linux.DestroyOutcome;
import dev.tidewait.linux.SocketDiag;
import dev.tidewait.linux.Sysctl;
import dev.tidewait.linux.TcpCounters;
import dev.tidewait.linux.TcpTuple;
import dev.tidewait.linux.TimeWaitSocket;
import dev.tidewait.ports.FourTuple;
import dev.tidewait.ports.PortLedgers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rule 5: above 75 % of tcp_max_tw_buckets the oldest of our TIME_WAIT sockets past their floor are destroyed, because an overflow would
 * drop the newest. Owned by the housekeeping thread; any thread may read the count.
 */
final class BucketRelief {
    private static final Logger LOG = LoggerFactory.getLogger(BucketRelief.class);
    private static final double FULL = 0.75;
    /** At most so many in one second, 50 ms of work. */
    private static final int MOST_AT_ONCE = 20_000;

    /** What the kernel sets its timer to. It fires up to 2 s later, so this gives an age too low rather than too high. */
    private static final long TIME_WAIT_MILLIS = 60_000;

    /** The kernel counts TIME_WAIT in jiffies, of up to 10 ms. */
    private static final long JIFFY_MILLIS = 10;

    private final PortLedgers ledgers;
    private final boolean mayDestroy;
    private final LongSupplier leastFloorMillis;
    private final LongAdder destroyed = new LongAdder();
    private boolean said;

    /** @param leastFloorMillis the shortest floor of any destination */
    BucketRelief(PortLedgers ledgers, boolean mayDestroy, LongSupplier leastFloorMillis) {
        this.ledgers = ledgers;
        this.mayDestroy = mayDestroy;
        this.leastFloorMillis = leastFloorMillis;
    }

    void look() {
        long limit = Sysctl.tcpMaxTwBuckets();
        long count = TcpCounters.read().timeWaitCount();
        long excess = count - (long) (limit * FULL);
        if (excess <= 0) {
            return;
        }
        int wanted = (int) Math.min(excess, MOST_AT_ONCE);
        int found = mayDestroy ? relieve(wanted) : 0;
        if (found < wanted && !said) {
            said = true;
            LOG.warn(
                    "{} TIME_WAIT sockets of at most {} (net.ipv4.tcp_max_tw_buckets), and ours past their floor cannot bring that "
                            + "down: beyond the limit the kernel drops the newest. Set net.ipv4.tcp_max_tw_buckets={} or more",
                    count,
                    limit,
                    Math.max(2 * limit, 262_144));
        }
    }

    /** How many four-tuples past their floor there were. */
    private int relieve(int most) {
        // First of all: once named, the ledgers believe them gone.
        try (SocketDiag diag = SocketDiag.open()) {
            long namedMillis = Clock.nowMillis();
            List<FourTuple> oldest = ledgers.takeRelief(most, namedMillis);
            destroy(oldest, namedMillis, diag);
            return oldest.size();
        }
    }

    /**
     * Destroys what is still the incarnation that was named. Since then an event loop may have leased the four-tuple, used and closed it:
     * its TIME_WAIT of now is younger than the naming.
     *
     * @param namedMillis when the ledgers said that all of them are past their floor
     */
    void destroy(List<FourTuple> named, long namedMillis, SocketDiag diag) {
        List<TimeWaitSocket> proven = new ArrayList<>(named.size());
        for (FourTuple tuple : named) {
            if (diag.get(tuple(tuple)) instanceof TimeWaitSocket timeWait) {
                long ageMillis = TIME_WAIT_MILLIS - timeWait.remainingMillis() - JIFFY_MILLIS;
                if (ageMillis >= Clock.nowMillis() - namedMillis + leastFloorMillis.getAsLong()) {
                    proven.add(timeWait);
                }
            }
        }
        for (DestroyOutcome outcome : diag.destroy(proven)) {
            if (outcome instanceof DestroyOutcome.Destroyed) {
                destroyed.increment();
            }
        }
    }

    private static TcpTuple tuple(FourTuple tuple) {
        return new TcpTuple(
                tuple.source().high(),
                tuple.source().low(),
                tuple.sourcePort(),
                tuple.destination().address().high(),
                tuple.destination().address().low(),
                tuple.destination().port());
    }

    long destroyedCount() {
        return destroyed.sum();
    }
}
