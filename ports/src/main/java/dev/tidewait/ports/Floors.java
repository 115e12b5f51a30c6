package dev.tidewait.ports;

/**
 * The settings of the rule, in milliseconds. Immutable. Where the figures come from: docs/decisions and the risk model behind
 * them (PAWS tick bound of RFC 7323; 95th percentile of 95 % of the Internet's hosts; old MSL values).
 *
 * @param timestampsMillis FIN both ways with timestamps; at least 2, the kernel's tick being 1 ms
 * @param sequenceMillis FIN both ways without timestamps, sequence numbers known to be disjoint
 * @param unknownMillis FIN both ways without timestamps, sequence numbers not known to be disjoint
 * @param refusedMillis the SYN was refused
 * @param synTimeoutMillis the SYN was not answered
 * @param ceilingMillis from here (plus 1/16) a four-tuple counts as new
 * @param fixedMillis a fixed length for every connection that was open, 0 = none; never shortens another row
 * @param peerIsLinux whether the peer's initial sequence numbers are known to follow Linux's 64 ns clock
 * @param measuredMillis an age that was measured to be enough after FIN both ways, ours first, without timestamps, in place of those rows; 0 = none.
 *     At least {@link #LEAST_MEASURED_MILLIS}. Lifts the other endings without timestamps where it is longer than their rows, never lowers them
 */
public record Floors(
        long timestampsMillis,
        long sequenceMillis,
        long unknownMillis,
        long refusedMillis,
        long synTimeoutMillis,
        long ceilingMillis,
        long fixedMillis,
        boolean peerIsLinux,
        long measuredMillis) {
    /** No measurement leads below it: by then the slowest timestamp clock has ticked (RFC 7323 section 5.4), and most lost FINs were sent again. */
    public static final long LEAST_MEASURED_MILLIS = 1_000;

    public static final Floors DEFAULT = new Floors(1_000, 5_000, 15_000, 5_000, 15_000, 60_000, 0, false);

    public Floors {
        check("timestamps", timestampsMillis, 2);
        check("sequence", sequenceMillis, 2);
        check("unknown", unknownMillis, sequenceMillis);
        check("refused", refusedMillis, 2);
        check("synTimeout", synTimeoutMillis, 2);
        check("ceiling", ceilingMillis, 1_000);
        if (fixedMillis != 0) {
            check("fixed", fixedMillis, 2);
        }
        if (measuredMillis != 0) {
            check("measured", measuredMillis, LEAST_MEASURED_MILLIS);
        }
    }

    /** Nothing was measured. */
    public Floors(
            long timestampsMillis,
            long sequenceMillis,
            long unknownMillis,
            long refusedMillis,
            long synTimeoutMillis,
            long ceilingMillis,
            long fixedMillis,
            boolean peerIsLinux) {
        this(
                timestampsMillis,
                sequenceMillis,
                unknownMillis,
                refusedMillis,
                synTimeoutMillis,
                ceilingMillis,
                fixedMillis,
                peerIsLinux,
                0);
    }

    /** The same with floor and ceiling fixed at {@code millis}. */
    public Floors withFixed(long millis) {
        return new Floors(
                timestampsMillis,
                sequenceMillis,
                unknownMillis,
                refusedMillis,
                synTimeoutMillis,
                millis,
                millis,
                peerIsLinux,
                measuredMillis);
    }

    /** The same with an age that was measured to be enough. */
    public Floors withMeasured(long millis) {
        return new Floors(
                timestampsMillis,
                sequenceMillis,
                unknownMillis,
                refusedMillis,
                synTimeoutMillis,
                ceilingMillis,
                fixedMillis,
                peerIsLinux,
                millis);
    }

    /** The same with the rows without timestamps lifted to these ages where they are shorter. */
    public Floors withAtLeast(long leastSequenceMillis, long leastUnknownMillis) {
        long sequence = Math.max(sequenceMillis, leastSequenceMillis);
        return new Floors(
                timestampsMillis,
                sequence,
                Math.max(Math.max(unknownMillis, leastUnknownMillis), sequence),
                refusedMillis,
                synTimeoutMillis,
                ceilingMillis,
                fixedMillis,
                peerIsLinux,
                measuredMillis);
    }

    private static void check(String name, long millis, long least) {
        if (millis < least || millis > 3_600_000) {
            throw new IllegalArgumentException(
                    "timeWait " + name + " must be " + least + " ms to 1 hour, not " + millis + " ms");
        }
    }
}
