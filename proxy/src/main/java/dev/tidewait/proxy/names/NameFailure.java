package dev.tidewait.proxy.names;

import dev.tidewait.proxy.failure.ProxyError;

/** Why a name led to no address. */
public enum NameFailure {
    /** The name service says that there is none. */
    UNKNOWN,
    /** The name service answered with an error, or could not be reached. */
    SERVER_FAILED,
    /** No answer within {@code timeouts.resolve}, or of any server within its own time. */
    TIMED_OUT,
    /** So many look-ups waited already that this one was not begun. */
    LINE_FULL,
    /** This host could not ask: descriptors or memory. */
    LOCAL;

    public static NameFailure of(ProxyError error) {
        return switch (error) {
            case NAME_FAILED -> SERVER_FAILED;
            case NAME_TIMEOUT -> TIMED_OUT;
            case NAME_LINE_FULL -> LINE_FULL;
            case LOCAL -> LOCAL;
            default -> UNKNOWN;
        };
    }

    ProxyError error() {
        return switch (this) {
            case UNKNOWN -> ProxyError.NAME_UNKNOWN;
            case SERVER_FAILED -> ProxyError.NAME_FAILED;
            case TIMED_OUT -> ProxyError.NAME_TIMEOUT;
            case LINE_FULL -> ProxyError.NAME_LINE_FULL;
            case LOCAL -> ProxyError.LOCAL;
        };
    }
}
