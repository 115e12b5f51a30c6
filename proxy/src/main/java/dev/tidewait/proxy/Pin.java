package dev.tidewait.proxy;

import dev.tidewait.proxy.address.HostPort;
import java.net.InetAddress;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where a server connection waits that belongs to one {@link Conversation} alone, because the client logs in, or has logged in, on it. Owned by one
 * event loop.
 *
 * <p>There is room for one: the last. It ends with the conversation, or after {@code timeouts.serverIdle} without a request. It is a member of the
 * roster for a shorter time than its conversation, so whoever walks over all members has met it before the conversation can end it.
 */
final class Pin implements ServerConnection.Keeper {
    private final KeepAlivePool pool;
    private @Nullable ServerConnection kept;

    Pin(KeepAlivePool pool) {
        this.pool = pool;
    }

    /**
     * The connection, if it leads to that destination and still stands; it waits here no longer.
     *
     * @param permitted decides on the address behind it, because the rules may have changed
     */
    @Nullable
    ServerConnection take(HostPort destination, Predicate<InetAddress> permitted) {
        ServerConnection known = kept;
        if (known == null || !known.destination().equals(destination)) {
            return null;
        }
        if (!permitted.test(known.wire().remoteAddress().getAddress()) || !pool.stands(known)) {
            known.evict();
            return null;
        }
        kept = null;
        known.leaveKeeper();
        return known;
    }

    /** Keeps the connection; one that waits already ends. */
    void keep(ServerConnection connection) {
        end();
        kept = connection;
        connection.waitAt(this);
    }

    /** Nobody will send on it any more. */
    void end() {
        ServerConnection known = kept;
        if (known != null) {
            known.evict();
        }
    }

    @Override
    public void remove(ServerConnection connection) {
        kept = null;
    }
}
