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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rule 5: above 75 % of tcp_max_tw_buckets the oldest of our TIME_WAIT sockets past their floor are destroyed, because an overflow would
 * drop the newest. Owned by the housekeeping thread.
 */
final class BucketRelief {
    private static final Logger LOG = LoggerFactory.getLogger(BucketRelief.class);
    private static final double FULL = 0.75;
    /** At most so many in one second, 50 ms of work. */
    private static final int MOST_AT_ONCE = 20_000;

    private final PortLedgers ledgers;
    private final boolean mayDestroy;
    private long destroyed;
    private boolean said;

    BucketRelief(PortLedgers ledgers, boolean mayDestroy) {
        this.ledgers = ledgers;
        this.mayDestroy = mayDestroy;
    }

    void look() {
        long limit = Sysctl.tcpMaxTwBuckets();
        long count = TcpCounters.read().timeWaitCount();
        long excess = count - (long) (limit * FULL);
        if (excess <= 0) {
            return;
        }
        List<FourTuple> oldest =
                mayDestroy ? ledgers.takeRelief((int) Math.min(excess, MOST_AT_ONCE), Clock.nowMillis()) : List.of();
        if (!oldest.isEmpty()) {
            destroy(oldest);
        }
        if (oldest.size() < excess && !said) {
            said = true;
            LOG.warn(
                    "{} TIME_WAIT sockets of at most {} (net.ipv4.tcp_max_tw_buckets), and ours past their floor cannot bring that "
                            + "down: beyond the limit the kernel drops the newest. Set net.ipv4.tcp_max_tw_buckets={} or more",
                    count,
                    limit,
                    Math.max(2 * limit, 262_144));
        }
    }

    private void destroy(List<FourTuple> oldest) {
        try (SocketDiag diag = SocketDiag.open()) {
            List<TimeWaitSocket> proven = new ArrayList<>(oldest.size());
            for (FourTuple tuple : oldest) {
                if (diag.get(tuple(tuple)) instanceof TimeWaitSocket timeWait) {
                    proven.add(timeWait);
                }
            }
            for (DestroyOutcome outcome : diag.destroy(proven)) {
                destroyed += outcome instanceof DestroyOutcome.Destroyed ? 1 : 0;
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
        return destroyed;
    }
}
