package dev.tidewait.lab;

/** The bed could not be built or did not behave; the message says what, why and what to do. */
public final class LabException extends RuntimeException {
    public LabException(String message) {
        super(message);
    }

    public LabException(String message, Throwable cause) {
        super(message, cause);
    }
}
