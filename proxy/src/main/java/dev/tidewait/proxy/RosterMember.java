package dev.tidewait.proxy;

import dev.tidewait.proxy.failure.EndCause;
import org.jspecify.annotations.Nullable;

/**
 * Whatever a {@link Roster} keeps until it ends: an exchange, a conversation, or a server connection that serves nobody just now.
 * Owned by the roster's event loop.
 */
abstract class RosterMember {
    // The list belongs to the roster.
    @Nullable
    RosterMember previous;

    @Nullable
    RosterMember next;

    /** The roster's tick at which {@link #deadlinePassed()} is due. */
    long deadlineTick = Roster.NEVER;

    /** Called at each tick from {@link #deadlineTick} on, until that is moved. */
    abstract void deadlinePassed();

    /** Called about twice a second, for what no event tells. */
    void look() {}

    /** The proxy is about to stop: whoever serves nobody just now can go. */
    abstract void drainBegins();

    /** Ends at once, with RST. */
    abstract void abort(EndCause cause);

    /** Whether this is a client's connection; what is not is closed in good order at a stop, but never shown as open. */
    boolean isClient() {
        return true;
    }
}
