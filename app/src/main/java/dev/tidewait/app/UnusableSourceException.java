package dev.tidewait.app;

/** An address to connect from that this host cannot use. The message says which, why, and what to do. */
final class UnusableSourceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnusableSourceException(String message) {
        super(message);
    }
}
