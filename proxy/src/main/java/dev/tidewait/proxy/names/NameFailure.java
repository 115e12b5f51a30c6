package dev.tidewait.proxy.names;

import dev.tidewait.proxy.failure.ProxyError;

/** Why a name led to no address. */
public enum NameFailure {
    /** The name service says that there is none. */
    UNKNOWN,
    /** No answer within {@code timeouts.resolve}. */
    TIMED_OUT,
    /** So many look-ups waited already that this one was not begun. */
    LINE_FULL;

    public static NameFailure of(ProxyError error) {
        return switch (error) {
            case NAME_TIMEOUT -> TIMED_OUT;
            case NAME_LINE_FULL -> LINE_FULL;
            default -> UNKNOWN;
        };
    }
}
