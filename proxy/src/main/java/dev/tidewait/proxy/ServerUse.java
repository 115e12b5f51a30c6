package dev.tidewait.proxy;

import dev.tidewait.proxy.http1.HeadWriter;
import dev.tidewait.proxy.http1.RequestHead;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;

/**
 * One request's use of a server connection: from its head to the end of the response, and then to where the connection waits, or to its
 * end. Owned by one event loop.
 */
final class ServerUse {
    /** What a head may grow by: Via, the client's address, Connection. */
    static final int HEAD_ROOM_BYTES = 256;

    private final Roster roster;
    private final ServerConnection connection;
    private final boolean reused;
    private final ResponseRelay response;
    private boolean askedToKeep;

    /** @param reused whether the connection has served before */
    ServerUse(Roster roster, ServerConnection connection, boolean reused, ResponseRelay response) {
        this.roster = roster;
        this.connection = connection;
        this.reused = reused;
        this.response = response;
    }

    Wire wire() {
        return connection.wire();
    }

    ResponseRelay response() {
        return response;
    }

    /** Writes the head; the content may follow. */
    void begin(RequestHead head, InetAddress client, HeadWriter writer) {
        if (head.logsConnectionIn()) {
            connection.bind();
        }
        Wire wire = connection.wire();
        wire.serve(response);
        HttpSettings settings = roster.pool().settings();
        askedToKeep = connection.isBound()
                || settings.serverClose() != ServerClose.SERVER
                || (settings.keepsConnections() && !roster.isDraining());
        ByteBuf out = wire.channel().alloc().directBuffer(head.byteCount() + HEAD_ROOM_BYTES);
        writer.request(head, client, askedToKeep, out);
        wire.write(out);
    }

    /** Whether the server may have closed the connection before it knew of the request. */
    boolean isStale() {
        return reused && !response.hasBegun();
    }

    /**
     * Request and response are complete.
     *
     * @param pin for a connection that belongs to this client
     * @param clientStays whether that may send another request
     */
    void end(Pin pin, boolean clientStays) {
        if (response.logsServerIn()) {
            connection.bind();
        }
        boolean usable = response.keepsServer() && askedToKeep && response.isClean() && connection.mayServeAgain();
        if (!usable || (connection.isBound() && !clientStays)) {
            connection.end(!response.keepsServer() || !askedToKeep);
        } else if (connection.isBound()) {
            pin.keep(connection);
        } else {
            roster.pool().give(connection);
        }
    }

    /** Something is incomplete. */
    void abort() {
        connection.abort();
    }
}
