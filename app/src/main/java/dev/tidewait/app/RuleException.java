package dev.tidewait.app;

/** The rule cannot be applied here; nothing was changed. The message is for the user: what happened, why, what to do. */
final class RuleException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Whether another instance is in the way, in contrast to what is wrong or missing. */
    private final boolean taken;

    RuleException(String message) {
        this(message, false);
    }

    RuleException(String message, boolean taken) {
        super(message, null, false, false);
        this.taken = taken;
    }

    boolean taken() {
        return taken;
    }
}
