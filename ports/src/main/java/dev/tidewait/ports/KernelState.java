package dev.tidewait.ports;

/** What this host's kernel is believed to hold on a four-tuple that is not leased. */
public enum KernelState {
    /** Nothing: the peer closed first, or the connection was reset or never opened. */
    NOTHING(0),
    /** TIME_WAIT with timestamps: connect() may take it over (tcp_twsk_unique). */
    STEALABLE(1),
    /** TIME_WAIT without timestamps: connect() fails until it is destroyed or has expired. */
    BLOCKING(2),
    /** Not known: never used by us, somebody else's, or a close that was not complete. */
    UNKNOWN(3);

    private final int code;

    KernelState(int code) {
        this.code = code;
    }

    /** Two bits. */
    int code() {
        return code;
    }

    static KernelState ofCode(int code) {
        return switch (code) {
            case 0 -> NOTHING;
            case 1 -> STEALABLE;
            case 2 -> BLOCKING;
            default -> UNKNOWN;
        };
    }
}
