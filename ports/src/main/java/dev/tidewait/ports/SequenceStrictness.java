package dev.tidewait.ports;

/**
 * Whether a destination judges a SYN on a reused four-tuple by its sequence number alone, as far as two unanswered ones tell (FreeBSD's TIME_WAIT,
 * tcp_rfc1337). Any thread looks; reports are guarded by their {@link SourcePool}.
 */
final class SequenceStrictness {
    /** So long a judgement lasts. */
    private static final long STRICT_MILLIS = 600_000;

    private static final long SILENCE_WINDOW_MILLIS = 60_000;
    private static final long NEVER = Long.MIN_VALUE / 2;

    private volatile long sinceMillis = NEVER;
    private long silenceMillis = NEVER;

    /**
     * A SYN met silence, and another four-tuple was answered. Twice within a minute is enough.
     *
     * @return true if this report made the destination strict
     */
    boolean report(long nowMillis) {
        boolean second = nowMillis - silenceMillis <= SILENCE_WINDOW_MILLIS;
        silenceMillis = nowMillis;
        if (second && !isStrict(nowMillis)) {
            sinceMillis = nowMillis;
            return true;
        }
        return false;
    }

    boolean isStrict(long nowMillis) {
        return nowMillis - sinceMillis < STRICT_MILLIS;
    }

    /** When the last judgement was made; long ago if there was none. */
    long sinceMillis() {
        return sinceMillis;
    }

    /**
     * An age below which nothing is reused: whatever was released before the judgement waits for the longest of the rows.
     *
     * @param unknownMillis that row
     * @return 0 as soon as there is nothing of that kind
     */
    long leastAgeMillis(long unknownMillis, long nowMillis) {
        return nowMillis - sinceMillis < unknownMillis ? unknownMillis : 0;
    }
}
