package dev.tidewait.lab;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** How fast the load comes. Immutable. */
public sealed interface Pace {
    /** Dealt out to so many processes; the sum is the same. */
    List<Pace> split(int parts);

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

        @Override
        public List<Pace> split(int parts) {
            return IntStream.range(0, parts)
                    .<Pace>mapToObj(i -> new ClosedLoop(inFlight / parts + (i < inFlight % parts ? 1 : 0)))
                    .toList();
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

        @Override
        public List<Pace> split(int parts) {
            return Collections.nCopies(parts, new OpenLoop(perSecond / parts, Math.max(1, maxOutstanding / parts)));
        }
    }
}
