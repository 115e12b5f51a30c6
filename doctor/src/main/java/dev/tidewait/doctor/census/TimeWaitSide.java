package dev.tidewait.doctor.census;

/** Which end holds TIME_WAIT: the one that closed first (RFC 9293 section 3.6). */
public enum TimeWaitSide {
    /** Connections end in TIME_WAIT here: this host closes first. */
    HERE,
    /** Connections end and leave no TIME_WAIT here: the peer closes first (or they are reset). */
    PEER,
    /** Some so, some so. */
    BOTH,
    /** No connection was seen to end. */
    UNKNOWN;

    /** Below this share of all endings a side does not count: a few resets are normal. */
    private static final double SMALL_SHARE = 0.05;

    static TimeWaitSide of(StateCounts counts, Flow flow) {
        double here = flow.timeWaitPerSecond() > 0 ? flow.timeWaitPerSecond() : counts.timeWait() / 60.0;
        double elsewhere = flow.endedElsewherePerSecond().orElse(0);
        if (here + elsewhere == 0) {
            return counts.closeWait() + counts.lastAck() > 0 ? PEER : UNKNOWN;
        }
        double shareHere = here / (here + elsewhere);
        if (shareHere < SMALL_SHARE) {
            return PEER;
        }
        return shareHere > 1 - SMALL_SHARE ? HERE : BOTH;
    }
}
