package dev.tidewait.evidence.capture;

/**
 * What an Interface Description Block says about the packets that name it. Immutable.
 *
 * @param linkType as tcpdump.org numbers them
 * @param resolution if_tsresol: with the highest bit a negative power of two in seconds, else of ten
 * @param offsetSeconds if_tsoffset: to be added to each time
 */
record PcapngInterface(int linkType, int resolution, long offsetSeconds) {
    /** Microseconds, where a block says nothing. */
    static final int DEFAULT_RESOLUTION = 6;

    private static final int POWER_OF_TWO = 0x80;
    private static final int NANO_DIGITS = 9;
    private static final long NANOS_IN_SECOND = 1_000_000_000;
    /** Further digits than 64 bits hold are zero. */
    private static final int MOST_DIGITS = 18;

    private static final int MOST_BITS = 63;
    /** A fraction of so many bits can be multiplied by 10^9 in 64 bits. */
    private static final int FRACTION_BITS = 33;

    /** Year 2106, as in pcap; so sums of nanoseconds fit into 64 bits. */
    private static final long LAST_SECOND = (1L << 32) - 1;

    /** No time: outside of what fits. */
    static final long NO_TIME = Long.MIN_VALUE;

    /**
     * @param units of the resolution, unsigned, since 1970
     * @return nanoseconds since 1970, or {@link #NO_TIME}
     */
    long nanos(long units) {
        int exponent = resolution & ~POWER_OF_TWO;
        long seconds;
        long nanos;
        if ((resolution & POWER_OF_TWO) != 0) {
            if (exponent > MOST_BITS) {
                seconds = 0;
                nanos = 0;
            } else {
                seconds = units >>> exponent;
                long fraction = units & ((1L << exponent) - 1);
                int surplus = Math.max(0, exponent - FRACTION_BITS);
                nanos = ((fraction >>> surplus) * NANOS_IN_SECOND) >>> (exponent - surplus);
            }
        } else if (exponent > MOST_DIGITS) {
            seconds = 0;
            nanos = 0;
        } else {
            long inSecond = power(exponent);
            seconds = Long.divideUnsigned(units, inSecond);
            long fraction = Long.remainderUnsigned(units, inSecond);
            nanos = exponent <= NANO_DIGITS
                    ? fraction * power(NANO_DIGITS - exponent)
                    : fraction / power(exponent - NANO_DIGITS);
        }
        if (seconds < 0 || seconds > LAST_SECOND || Math.abs(offsetSeconds) > LAST_SECOND) {
            return NO_TIME;
        }
        long sum = seconds + offsetSeconds;
        return sum < 0 || sum > LAST_SECOND ? NO_TIME : sum * NANOS_IN_SECOND + nanos;
    }

    private static long power(int exponent) {
        long power = 1;
        for (int i = 0; i < exponent; i++) {
            power *= 10;
        }
        return power;
    }
}
