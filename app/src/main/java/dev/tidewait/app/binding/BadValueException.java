package dev.tidewait.app.binding;

/** A text that is not a value of the type wanted. The message says why, and what to write instead. */
public final class BadValueException extends Exception {
    private static final long serialVersionUID = 1L;

    public BadValueException(String message) {
        super(message, null, false, false);
    }
}
