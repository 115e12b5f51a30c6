package dev.tidewait.proxy;

import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.failure.EndCause;
import dev.tidewait.proxy.http1.ResponseReader;
import io.netty.buffer.ByteBuf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a server for HTTP requests, from its dial to its end: it serves one request after the other, waits in the
 * {@link KeepAlivePool} or at a {@link Pin} in between, and is closed by the order that {@link ServerClose} names. Owned by one event loop.
 *
 * <p>While it serves, its wire tells a {@link ResponseRelay} everything and the roster does not know it; the conversation answers for it. Otherwise it
 * listens itself and is a member of the roster.
 */
final class ServerConnection extends RosterMember implements Wire.User {
    /** Where connections wait for their next request. */
    interface Keeper {
        /** The connection waits no longer, because it ends. */
        void remove(ServerConnection connection);
    }

    private enum State {
        SERVING,
        /** Waits for a request. */
        IDLE,
        /** Waits for the end of both directions. */
        CLOSING,
        GONE
    }

    private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);

    private final Roster roster;
    private final KeepAlivePool pool;
    private final HostPort destination;
    private final ResponseReader reader;
    private final Wire wire = new Wire(this, true);
    private final long oldestTick;
    /** Where it waits, or has waited. */
    private Keeper keeper;
    /** Whether it belongs to one client. */
    private boolean bound;

    private State state = State.SERVING;

    ServerConnection(Roster roster, HostPort destination, int maxHeadBytes) {
        this.roster = roster;
        this.pool = roster.pool();
        this.keeper = pool;
        this.destination = destination;
        this.reader = new ResponseReader(maxHeadBytes);
        this.oldestTick = roster.deadline(roster.ticks().serverLifetime());
    }

    HostPort destination() {
        return destination;
    }

    Wire wire() {
        return wire;
    }

    /** For the heads of all its responses. */
    ResponseReader reader() {
        return reader;
    }

    /** Whether another request may be sent on it. */
    boolean mayServeAgain() {
        return wire.isOpen()
                && !wire.hasInputEnded()
                && !wire.isOutputEnding()
                && !roster.isDraining()
                && (bound || roster.deadline(0) < oldestTick);
    }

    /** A client logs in on it: from now on it may serve no other one. A lifetime would end in the middle of that. */
    void bind() {
        bound = true;
    }

    boolean isBound() {
        return bound;
    }

    // ---- waiting for a request ----

    void waitAt(Keeper place) {
        keeper = place;
        long idleTicks = roster.ticks().serverIdle();
        join(State.IDLE, bound ? idleTicks : Math.min(idleTicks, oldestTick - roster.deadline(0)));
    }

    /** The keeper has let it go: it is about to serve again, or to end. */
    void leaveKeeper() {
        leave(State.SERVING);
    }

    /** Nobody needs it, or somebody else needs its place. */
    void evict() {
        keeper.remove(this);
        leaveKeeper();
        end(false);
    }

    // ---- the end ----

    /**
     * Ends it after the last response.
     *
     * @param serverWillClose whether the server has been told to close, or has said that it will
     */
    void end(boolean serverWillClose) {
        if (!wire.isOpen()) {
            state = State.GONE;
            return;
        }
        ServerClose order = pool.settings().serverClose();
        if (order == ServerClose.RESET && !wire.hasInputEnded()) {
            wire.abort();
            state = State.GONE;
            return;
        }
        join(
                State.CLOSING,
                roster.isDraining() ? roster.ticks().linger() : roster.ticks().halfClosed());
        if (order != ServerClose.SERVER || !serverWillClose || wire.hasInputEnded()) {
            wire.endOutput();
        }
    }

    /** Ends it in the middle of something. */
    void abort() {
        wire.abort();
        state = State.GONE;
    }

    private void join(State next, long ticksAhead) {
        state = next;
        wire.serve(this);
        deadlineTick = roster.deadline(ticksAhead);
        roster.add(this);
        wire.reading(true);
    }

    private void leave(State next) {
        state = next;
        deadlineTick = Roster.NEVER;
        roster.remove(this);
    }

    @Override
    boolean isClient() {
        return false;
    }

    @Override
    void deadlinePassed() {
        switch (state) {
            case IDLE -> evict();
            case CLOSING -> {
                if (wire.isOutputEnding()) {
                    abort(EndCause.HALF_CLOSED);
                } else {
                    deadlineTick = roster.deadline(roster.ticks().linger());
                    wire.endOutput();
                }
            }
            case SERVING, GONE -> throw new IllegalStateException("no member of the roster: " + state);
        }
    }

    @Override
    void drainBegins() {
        if (state == State.IDLE) {
            evict();
        } else {
            deadlineTick = Math.min(deadlineTick, roster.deadline(roster.ticks().linger()));
        }
    }

    @Override
    void abort(EndCause cause) {
        if (state == State.IDLE) {
            keeper.remove(this);
        }
        wire.abort();
        leave(State.GONE);
    }

    // ---- what the server says to nobody ----

    @Override
    public void received(ByteBuf unasked) {
        unasked.release();
        if (state == State.IDLE) {
            evict();
        }
    }

    @Override
    public void receivedAll() {}

    @Override
    public void inputEnded() {
        if (state == State.IDLE) {
            evict();
        } else {
            wire.endOutput();
        }
    }

    @Override
    public void writable() {}

    @Override
    public void outputFailed() {
        abort(EndCause.SERVER_RESET);
    }

    @Override
    public void closed() {
        leave(State.GONE);
    }

    @Override
    public void lost() {
        if (state == State.IDLE) {
            keeper.remove(this);
        }
        leave(State.GONE);
    }

    @Override
    public void broken(Throwable cause) {
        LOG.error("a connection to {} that serves nobody failed", destination, cause);
        abort(EndCause.INTERNAL_ERROR);
    }
}
