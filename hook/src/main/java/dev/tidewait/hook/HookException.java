package dev.tidewait.hook;

/** The hook cannot be attached. The message is for the user: what happened, why, and what to do. */
public final class HookException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message what happened, why, and what to do */
    public HookException(String message) {
        super(message);
    }

    /**
     * @param message what happened, why, and what to do
     * @param cause where it was noticed
     */
    public HookException(String message, Throwable cause) {
        super(message, cause);
    }
}
