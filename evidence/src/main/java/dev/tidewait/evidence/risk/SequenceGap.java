package dev.tidewait.evidence.risk;

/**
 * How far the next initial sequence number lies ahead of the last byte of the former incarnation, where these follow a clock (RFC 9293 section 3.4.1,
 * RFC 6528). Immutable.
 *
 * @param clockBytesPerSecond of initial sequence numbers
 * @param openSeconds how long the former incarnation was open
 * @param ageSeconds since it ended
 * @param bytesSent in it, in this direction
 */
public record SequenceGap(double clockBytesPerSecond, double openSeconds, double ageSeconds, long bytesSent) {
    /** Linux: one number each 64 ns; a turn takes 274.9 s. */
    public static final double LINUX_BYTES_PER_SECOND = 15_625_000;

    /** The clock of RFC 793, and the least that one may count on. */
    public static final double RFC_BYTES_PER_SECOND = 250_000;

    private static final long NUMBERS = 1L << 32;
    /** SYN and FIN take a number each. */
    private static final int SYN_AND_FIN = 2;
    /** Farther behind than this no segment in flight can lie (a window without scaling). */
    private static final long LEAST = 65_537;
    /** The largest window (RFC 7323 section 2.2); a range as long as this leaves of all numbers reaches round into it. */
    private static final long LARGEST_WINDOW = 1L << 30;

    /** 0 to 2^32 - 1; more than half of it means behind. */
    public long bytes() {
        double moved = clockBytesPerSecond * (openSeconds + ageSeconds);
        return Math.floorMod((long) moved - bytesSent - SYN_AND_FIN, NUMBERS);
    }

    /** The old range, its beginning included, lies wholly behind the new one. */
    public boolean isApart() {
        return bytes() > LEAST && bytes() < NUMBERS / 2 && bytes() + bytesSent < NUMBERS - LARGEST_WINDOW;
    }

    /** The relation that the model uses. */
    public Receiver.Sequence relation() {
        return isApart() ? Receiver.Sequence.APART : Receiver.Sequence.OVERLAPPING;
    }
}
