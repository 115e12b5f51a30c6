package dev.tidewait.evidence.risk;

/** How late segments can be: the share of them whose delay exceeds a time. Immutable. */
public interface DelayTail {
    /** As {@link DelayTails#named} takes it. */
    String name();

    /** Where the figures come from, for people. */
    String source();

    /**
     * Share of segments that take longer than this, 0 to 1. Falls, never rises.
     *
     * @param seconds of delay, 0 or more
     */
    double beyond(double seconds);

    /**
     * The delay that this share of segments exceeds; the inverse of {@link #beyond}.
     *
     * @param share above 0, up to 1
     * @return seconds; infinite where nothing is known of so small a share
     */
    double secondsExceededBy(double share);

    /** Up to which delay {@link #beyond} is known, in seconds; behind it stays as it is there, an upper bound. Infinite for a formula. */
    double knownToSeconds();
}
