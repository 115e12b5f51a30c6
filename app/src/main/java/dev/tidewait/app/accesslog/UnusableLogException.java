package dev.tidewait.app.accesslog;

/** The access log cannot be opened. The message says why and what to do. */
public final class UnusableLogException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnusableLogException(String message, Throwable cause) {
        super(message, cause);
    }
}
