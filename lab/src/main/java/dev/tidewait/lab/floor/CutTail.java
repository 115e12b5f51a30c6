package dev.tidewait.lab.floor;

import dev.tidewait.evidence.risk.DelayTail;

/**
 * A tail of which only what lies between two delays ever comes. Shares are still of all copies, those that never come included; of delays outside
 * there is no more to know than at the nearer end. Immutable.
 *
 * @param fromSeconds what is not later does not come
 * @param toSeconds nor what is later than this
 */
record CutTail(DelayTail tail, double fromSeconds, double toSeconds) implements DelayTail {
    @Override
    public String name() {
        return tail.name();
    }

    @Override
    public String source() {
        return tail.source();
    }

    @Override
    public double beyond(double seconds) {
        return tail.beyond(Math.clamp(seconds, fromSeconds, toSeconds));
    }

    @Override
    public double secondsExceededBy(double share) {
        return Math.clamp(tail.secondsExceededBy(share), fromSeconds, toSeconds);
    }

    @Override
    public double knownToSeconds() {
        return Math.min(toSeconds, tail.knownToSeconds());
    }
}
