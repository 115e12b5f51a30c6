package dev.tidewait.app;

import dev.tidewait.netty.ConnectionListener;
import dev.tidewait.netty.LeasedConnection;
import dev.tidewait.ports.Ending;

/** Tells both. Immutable; on event loops. */
record TwoListeners(ConnectionListener first, ConnectionListener second) implements ConnectionListener {
    @Override
    public void opened(LeasedConnection connection, long leasedMillis) {
        first.opened(connection, leasedMillis);
        second.opened(connection, leasedMillis);
    }

    @Override
    public void closed(LeasedConnection connection, Ending ending, long releasedMillis) {
        first.closed(connection, ending, releasedMillis);
        second.closed(connection, ending, releasedMillis);
    }
}
