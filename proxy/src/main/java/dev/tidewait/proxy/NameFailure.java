package dev.tidewait.proxy;

/** Why a name led to no address. */
public enum NameFailure {
    /** The name service says that there is none. */
    UNKNOWN,
    /** No answer within {@link Timeouts#resolve()}. */
    TIMED_OUT,
    /** So many look-ups waited already that this one was not begun. */
    LINE_FULL;

    static NameFailure of(ProxyError error) {
        return switch (error) {
            case NAME_TIMEOUT -> TIMED_OUT;
            case NAME_LINE_FULL -> LINE_FULL;
            default -> UNKNOWN;
        };
    }
}
