package dev.tidewait.netty;

import org.jspecify.annotations.Nullable;

/** There is no address to connect from: no route, or no configured source of the family. The message says what to do. */
final class NoSourceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoSourceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
