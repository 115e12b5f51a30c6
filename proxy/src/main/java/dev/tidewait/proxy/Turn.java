package dev.tidewait.proxy;

import dev.tidewait.proxy.failure.EndCause;

/**
 * What one request of a {@link Conversation} leads to, from its head to the end of its answer. Owned by one event loop.
 *
 * <p>It ends by calling the conversation, exactly once, unless it is cancelled before.
 */
interface Turn {
    /** The first call; may already lead to the end. */
    void begin();

    /** Takes what belongs to the request's content; returns whether anything was taken. */
    boolean take(EarlyBytes held);

    /** Whether the client shall be read from; otherwise the server is behind. */
    boolean wantsInput();

    /** The client has sent everything for now. */
    void flush();

    /** The client takes more. */
    void clientWritable();

    /** The client's FIN was seen; what it sent before may not have been taken yet. */
    void clientInputEnded();

    void deadlinePassed();

    /** The client is gone: leaves everything, and does not call back. */
    void cancel(EndCause why);
}
