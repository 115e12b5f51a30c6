package dev.tidewait.lab.churn;

import dev.tidewait.lab.Observer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The SYNs that the observer saw on four-tuples used before, by source port: there is one source and one destination. Used by one thread.
 *
 * <p>Beside the proxy each is the proxy's own: late copies of SYNs appear at the other end of the link only.
 */
final class SeenReuses {
    private static final int PORTS = 1 << 16;
    static final int SERVER_FIN_AGAIN = 32;
    /** A SYN comes within this time after its lease; before the next lease of its port in any case. */
    private static final long NEAR_NANOS = 900_000_000;

    private final @Nullable OfPort[] ports = new OfPort[PORTS];
    private long count;

    /** @param ageNanos since the proxy's last segment of the incarnation before; an answer to a FIN that came again is one */
    record Seen(long synNanos, long ageNanos, boolean afterFinAgain) {}

    static SeenReuses read(Observer observer) {
        SeenReuses seen = new SeenReuses();
        observer.forEachReuse((group, port, synNanos, ageNanos, ended) ->
                seen.add(port, synNanos, ageNanos, (ended & SERVER_FIN_AGAIN) != 0));
        return seen;
    }

    void add(int port, long synNanos, long ageNanos, boolean afterFinAgain) {
        OfPort own = ports[port];
        if (own == null) {
            own = new OfPort();
            ports[port] = own;
        }
        own.add(synNanos, ageNanos, afterFinAgain);
        count++;
    }

    long count() {
        return count;
    }

    /**
     * The SYN of a lease.
     *
     * @return null if there is none within 0.9 s
     */
    @Nullable
    Seen first(int port, long leasedNanos) {
        OfPort own = ports[port];
        return own == null ? null : own.first(leasedNanos);
    }

    /** In the order of time. */
    private static final class OfPort {
        private long[] syns = new long[8];
        private long[] ages = new long[8];
        private boolean[] again = new boolean[8];
        private int count;

        void add(long synNanos, long ageNanos, boolean afterFinAgain) {
            if (count == syns.length) {
                syns = Arrays.copyOf(syns, 2 * count);
                ages = Arrays.copyOf(ages, 2 * count);
                again = Arrays.copyOf(again, 2 * count);
            }
            syns[count] = synNanos;
            ages[count] = ageNanos;
            again[count++] = afterFinAgain;
        }

        @Nullable
        Seen first(long leasedNanos) {
            int at = Arrays.binarySearch(syns, 0, count, leasedNanos);
            at = at < 0 ? -at - 1 : at;
            return at < count && syns[at] - leasedNanos < NEAR_NANOS ? new Seen(syns[at], ages[at], again[at]) : null;
        }
    }
}
