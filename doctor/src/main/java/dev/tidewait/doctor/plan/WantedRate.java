package dev.tidewait.doctor.plan;

import java.util.OptionalLong;

/**
 * Whether a rate can be sustained, and what alone would make it so: each figure leaves all others as they are, is the least (of TIME_WAIT the longest)
 * that suffices, and says the same as {@link Capacity}. Immutable.
 *
 * @param capacity what there is
 * @param requestsPerSecond the rate; without keep-alive the same as connections a second
 */
public record WantedRate(Capacity capacity, long requestsPerSecond) {
    public static final long MOST_PER_SECOND = 10_000_000;

    public WantedRate {
        if (requestsPerSecond < 1 || requestsPerSecond > MOST_PER_SECOND) {
            throw new IllegalArgumentException(
                    "a rate is 1 to " + MOST_PER_SECOND + " a second, not " + requestsPerSecond);
        }
    }

    public boolean isPossible() {
        return fourTuples() <= capacity.fourTuples();
    }

    /** Connections a second, rounded up. */
    public long connectionsPerSecond() {
        return Math.ceilDiv(requestsPerSecond, capacity.requestsPerConnection());
    }

    /** Four-tuples that the rate occupies, open and in TIME_WAIT. */
    public long fourTuples() {
        return Math.ceilDiv(requestsPerSecond * capacity.occupiedMillis(), 1_000L * capacity.requestsPerConnection());
    }

    /** Connections open at a time. */
    public long openConnections() {
        return Math.ceilDiv(requestsPerSecond * capacity.holdMillis(), 1_000L);
    }

    /** Usable ports of each source; may be more than there are, see {@link Capacity#MOST_USUAL_PORTS}. */
    public long portsNeeded() {
        return Math.ceilDiv(fourTuples(), (long) capacity.sourceCount() * capacity.destinationCount());
    }

    public long sourcesNeeded() {
        return Math.ceilDiv(fourTuples(), (long) capacity.portCount() * capacity.destinationCount());
    }

    public long destinationsNeeded() {
        return Math.ceilDiv(fourTuples(), (long) capacity.portCount() * capacity.sourceCount());
    }

    /**
     * The age at which four-tuples are reused at this rate if the oldest always goes first, in milliseconds: each has its turn every four-tuples ÷ connections a
     * second, less the time for which it is open. It is also the longest TIME_WAIT with which the rate is possible. Empty if the open connections
     * alone need more four-tuples than there are.
     */
    public OptionalLong ageAtReuseMillis() {
        long turnMillis =
                Capacity.timesOver(capacity.fourTuples(), 1_000L * capacity.requestsPerConnection(), requestsPerSecond);
        long ageMillis = turnMillis - capacity.openMillis();
        return ageMillis < 0 ? OptionalLong.empty() : OptionalLong.of(ageMillis);
    }

    /**
     * The fewest requests on one connection with which the rate is possible. Empty if no number suffices, since keep-alive spares TIME_WAIT but not the
     * connections that are open.
     */
    public OptionalLong requestsPerConnectionNeeded() {
        long spare = 1_000 * capacity.fourTuples() - requestsPerSecond * capacity.holdMillis();
        long resting = requestsPerSecond * capacity.timeWaitMillis();
        if (spare < 0 || (spare == 0 && resting > 0)) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(resting == 0 ? 1 : Math.ceilDiv(resting, spare));
    }

    /**
     * Sockets that the kernel holds in TIME_WAIT at this rate: those of the whole TIME_WAIT, or as many as there are four-tuples for if they are reused before
     * it is over.
     */
    public long timeWaitSockets() {
        long whole =
                Math.ceilDiv(requestsPerSecond * capacity.timeWaitMillis(), 1_000L * capacity.requestsPerConnection());
        return Math.max(0, Math.min(whole, capacity.fourTuples() - openConnections()));
    }
}
