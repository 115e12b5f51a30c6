package dev.tidewait.lab;

/** How fast the load comes. Immutable. */
public sealed interface Pace {
    /**
     * A new transaction as soon as one ends.
     *
     * @param inFlight transactions at any time
     */
    record ClosedLoop(int inFlight) implements Pace {
        public ClosedLoop {
            if (inFlight < 1) {
                throw new IllegalArgumentException("in flight: " + inFlight + ", must be at least 1");
            }
        }
    }

    /**
     * Transactions at a fixed rate, however late the answers come; latency counts from the moment a transaction was due.
     *
     * @param perSecond rate
     * @param maxOutstanding how many may be open at once; what is due beyond waits, and its latency with it
     */
    record OpenLoop(double perSecond, int maxOutstanding) implements Pace {
        public OpenLoop {
            if (!(perSecond > 0) || maxOutstanding < 1) {
                throw new IllegalArgumentException(
                        "rate: " + perSecond + "/s with " + maxOutstanding + " open, both must be positive");
            }
        }
    }
}
