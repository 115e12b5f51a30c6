package dev.tidewait.netty;

import dev.tidewait.ports.Ending;

/** Is told of every outgoing connection; called on its event loop, must not block. */
public interface ConnectionListener {
    /** Does nothing. */
    ConnectionListener NONE = new ConnectionListener() {};

    /** The connection is open. */
    default void opened(LeasedConnection connection, long leasedMillis) {}

    /** The connection's socket is closed and its port cools. */
    default void closed(LeasedConnection connection, Ending ending, long releasedMillis) {}
}
