package dev.tidewait.proxy.failure;

import dev.tidewait.netty.ConnectFailedException;

/**
 * Why an exchange cannot be served. Immutable.
 *
 * @param text what happened, why, and what to do; may hold anything, sanitise before use in a header
 * @param bodyAllowed false for the answer to a HEAD request
 */
public record Failure(ProxyError error, String text, boolean bodyAllowed) {
    public Failure(ProxyError error, String text) {
        this(error, text, true);
    }

    public static Failure of(ConnectFailedException cause) {
        ProxyError error = switch (cause.reason()) {
            case NO_PORT -> ProxyError.NO_PORT;
            case REFUSED -> ProxyError.REFUSED;
            case TIMED_OUT -> ProxyError.TIMED_OUT;
            case UNREACHABLE -> ProxyError.UNREACHABLE;
            case RESET -> ProxyError.RESET;
            case LOCAL -> ProxyError.LOCAL;
        };
        String message = cause.getMessage();
        return new Failure(error, message == null ? error.reason() : message);
    }
}
