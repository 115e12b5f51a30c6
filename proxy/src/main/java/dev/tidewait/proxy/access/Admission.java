package dev.tidewait.proxy.access;

import dev.tidewait.proxy.failure.Failure;

/** Whether a new connection of a client is taken. */
public sealed interface Admission {
    /** It is, and nobody counts. */
    record Uncounted() implements Admission {}

    /** It is; to be left once, when the connection has ended. */
    non-sealed interface Seat extends Admission {
        /** Further calls change nothing. */
        void leave();
    }

    /** Its client has too many, or opens them too fast. */
    record Refused(Failure failure) implements Admission {}
}
