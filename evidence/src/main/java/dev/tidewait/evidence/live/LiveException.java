package dev.tidewait.evidence.live;

/** The watch cannot begin; the message says why and what to do. */
public final class LiveException extends Exception {
    private static final long serialVersionUID = 1L;

    LiveException(String message) {
        super(message);
    }

    LiveException(String message, Throwable cause) {
        super(message, cause);
    }
}
