package dev.tidewait.hook.reap;

import dev.tidewait.linux.Refused;

/** Reaping cannot begin or go on. The message is for the user: what happened, why, and what to do. */
public final class ReapException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message what happened, why, and what to do */
    public ReapException(String message) {
        super(message);
    }

    static ReapException refused(String what, Refused refused) {
        return new ReapException(what + ": " + refused.errno() + ". " + refused.advice());
    }
}
