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
 */
public record Floors(
        long timestampsMillis,
        long sequenceMillis,
        long unknownMillis,
        long refusedMillis,
        long synTimeoutMillis,
        long ceilingMillis,
        long fixedMillis,
        boolean peerIsLinux) {
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
                peerIsLinux);
    }

    private static void check(String name, long millis, long least) {
        if (millis < least || millis > 3_600_000) {
            throw new IllegalArgumentException(
                    "timeWait " + name + " must be " + least + " ms to 1 hour, not " + millis + " ms");
        }
    }
}
