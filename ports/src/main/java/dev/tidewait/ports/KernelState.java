package dev.tidewait.ports;

/** What this host's kernel is believed to hold on a four-tuple that is not leased. */
public enum KernelState {
    /** Nothing: the peer closed first, or the connection was reset or never opened. */
    NOTHING,
    /** TIME_WAIT with timestamps: connect() may take it over (tcp_twsk_unique). */
    STEALABLE,
    /** TIME_WAIT without timestamps: connect() fails until it is destroyed or has expired. */
    BLOCKING,
    /** Not known: never used by us, somebody else's, or a close that was not complete. */
    UNKNOWN
}
