package dev.tidewait.doctor.census;

import dev.tidewait.linux.Refused;

/** The kernel did not show its sockets. The message says what happened, why, and what to do. */
public final class CensusException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private CensusException(String message) {
        super(message);
    }

    static CensusException refused(Refused refused) {
        return new CensusException("cannot list the TCP sockets: " + refused.errno() + ". " + refused.advice());
    }
}
