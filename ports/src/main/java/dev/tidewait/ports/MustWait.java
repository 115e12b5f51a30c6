package dev.tidewait.ports;

/**
 * No port may be used yet, but waiting can help. Immutable.
 *
 * @param untilMillis when the first floor passes, {@link #UNTIL_RELEASE} if every port is leased or has to be looked up
 */
public record MustWait(long untilMillis) implements LeaseOutcome {
    /** No floor to wait for: the next release decides. */
    public static final long UNTIL_RELEASE = Long.MAX_VALUE;
}
