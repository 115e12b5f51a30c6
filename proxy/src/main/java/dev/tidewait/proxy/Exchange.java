package dev.tidewait.proxy;

import dev.tidewait.netty.ConnectFailedException;
import dev.tidewait.netty.ConnectFailedException.Reason;
import dev.tidewait.netty.ConnectRequest;
import dev.tidewait.netty.LeasedConnection;
import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.failure.EndCause;
import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import dev.tidewait.proxy.names.NameFailure;
import dev.tidewait.proxy.names.NameLookup;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection's way through: accept → destination → access → connect → relay → both directions closed. Owned by one event
 * loop, like both its channels.
 *
 * <p>The phases follow each other in the order of {@link Phase}; some are skipped. Each has a deadline. The first {@link EndCause}
 * that is not a plain close counts. An exchange ends, and leaves the {@link Roster}, when neither channel is open and no connect is under way, whatever
 * happened before; so nothing that a connector still owes can be lost.
 */
final class Exchange extends RosterMember implements GenericFutureListener<Future<Channel>> {
    private enum Phase {
        /** The request is being read. */
        HEAD,
        /** A name service is being asked. */
        RESOLVING,
        CONNECTING,
        /** Both directions are open. */
        RELAYING,
        /** One direction is closed, or both shall be. */
        HALF_CLOSED,
        /** The client got an answer instead of a relay; it may still read it. */
        LINGERING,
        /** Aborted; waits for the last channel to go. */
        ENDING,
        ENDED
    }

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    private static final InetSocketAddress UNKNOWN = InetSocketAddress.createUnresolved("unknown", 0);

    final RelaySide client = new RelaySide(this, true);
    final RelaySide server = new RelaySide(this, false);
    final Roster roster;

    private final Listener listener;
    private final Outbound outbound;
    private Phase phase = Phase.HEAD;
    /** Set by whatever ends the exchange otherwise than by two FINs. */
    private @Nullable EndCause endCause;

    private @Nullable RelaySide firstToClose;
    private long beganNanos;
    private long connectNanos;
    private long activityTicks;
    private @Nullable Future<?> resolving;
    /** The connect under way. */
    private @Nullable Future<Channel> connecting;

    private final Attempts attempts = new Attempts();
    /** The listener's own count of servers tried. */
    int serverIndex;

    /** What the name service is asked for. */
    private String name = "";

    Exchange(Roster roster, Listener listener, Outbound outbound) {
        this.roster = roster;
        this.listener = listener;
        this.outbound = outbound;
    }

    Listener listener() {
        return listener;
    }

    /** The client's channel is registered and active. */
    void begin(Channel channel) {
        beganNanos = System.nanoTime();
        client.opened(channel);
        roster.add(this);
        listener.metrics().accepted();
        if (roster.isClosed()) {
            abort(EndCause.DRAINED);
            return;
        }
        deadlineTick = roster.deadline(roster.ticks().clientHeader());
        listener.begin(this);
    }

    /** Connects to the server, asking for its address first if it has to. */
    void reach(HostPort target) {
        InetAddress literal = target.literal().orElse(null);
        if (literal != null) {
            resolved(target, List.of(literal));
            return;
        }
        phase = Phase.RESOLVING;
        name = target.host();
        deadlineTick = roster.deadline(roster.ticks().resolve());
        Future<List<InetAddress>> lookup = outbound.names().lookUp(target.host(), roster.loop());
        resolving = lookup;
        lookup.addListener((Future<List<InetAddress>> answer) -> {
            resolving = null;
            if (phase != Phase.RESOLVING) {
                return;
            }
            if (answer.isSuccess()) {
                resolved(target, answer.getNow());
            } else {
                nameFailed(NameLookup.failure(target, answer.cause()));
            }
        });
    }

    private void nameFailed(Failure failure) {
        listener.metrics().nameFailed(NameFailure.of(failure.error()));
        fail(failure);
    }

    private void resolved(HostPort target, List<InetAddress> all) {
        List<InetAddress> permitted = listener.permitted(this, target, all);
        if (!permitted.isEmpty()) {
            connect(attempts.begin(permitted, target.port()));
        }
    }

    /** Connects to this very address. */
    void connect(InetSocketAddress destination) {
        phase = Phase.CONNECTING;
        deadlineTick = roster.deadline(roster.ticks().connectGuard());
        connectNanos = System.nanoTime();
        Future<Channel> answer = outbound.connector()
                .connect(new ConnectRequest(
                        roster.loop(),
                        destination,
                        server,
                        false,
                        attempts.portWaitLeftMillis(outbound.portWaitMillis()),
                        outbound.connectMillis()));
        connecting = answer;
        answer.addListener(this);
    }

    /** The connector's answer. */
    @Override
    public void operationComplete(Future<Channel> connected) {
        connecting = null;
        if (connected.isSuccess()) {
            connected(connected.getNow());
        } else {
            connectFailed(connected.cause());
        }
    }

    private void connected(Channel channel) {
        server.opened(channel);
        if (phase != Phase.CONNECTING) {
            server.abort();
            endIfDone();
            return;
        }
        LeasedConnection lease = channel.attr(LeasedConnection.KEY).get();
        listener.metrics().connected(lease == null ? 0 : lease.portWaitMillis(), System.nanoTime() - connectNanos);
        listener.opened(this);
        phase = Phase.RELAYING;
        activityTicks = roster.ticks().idle();
        touch();
        client.startRelay();
        server.startRelay();
    }

    private void connectFailed(Throwable cause) {
        ConnectFailedException failed = cause instanceof ConnectFailedException known
                ? known
                : new ConnectFailedException(Reason.LOCAL, UNKNOWN, "The connector failed: " + cause, cause);
        if (phase != Phase.CONNECTING) {
            endIfDone();
            return;
        }
        listener.metrics().connectFailed(failed.reason());
        attempts.failed(failed.reason(), System.nanoTime() - connectNanos, outbound.connectMillis());
        if (!attempts.another() || !tryNext()) {
            fail(Failure.of(failed));
        }
    }

    private boolean tryNext() {
        InetSocketAddress next = attempts.next();
        if (next == null) {
            return listener.tryNext(this);
        }
        connect(next);
        return true;
    }

    /** Gives up before a relay began; the listener tells the client or the log. */
    void fail(Failure failure) {
        noteCause(failure.error().endCause());
        listener.failed(this, failure);
    }

    /** Sends a last answer to the client and closes once it was read, or soon. */
    void answer(ByteBuf message) {
        if (!client.isOpen()) {
            message.release();
            endIfDone();
            return;
        }
        phase = Phase.LINGERING;
        deadlineTick = roster.deadline(roster.ticks().linger());
        client.send(message);
        client.endOutput();
        client.discardInput();
    }

    /** Closes the client without an answer. */
    void closeClient() {
        ending();
        client.close();
        endIfDone();
    }

    private void ending() {
        phase = Phase.ENDING;
        if (connecting == null) {
            deadlineTick = Roster.NEVER;
        }
    }

    /** Whether what the client sends must wait for the server connection. */
    boolean isBeforeRelay() {
        return phase.compareTo(Phase.RELAYING) < 0;
    }

    boolean isAnswered() {
        return phase == Phase.LINGERING;
    }

    /** Bytes moved: the deadline moves, too. */
    void touch() {
        deadlineTick = roster.deadline(activityTicks);
    }

    /** A side's FIN was seen. */
    void inputEnded(RelaySide side) {
        if (firstToClose == null) {
            firstToClose = side;
        }
        if (phase == Phase.RELAYING) {
            phase = Phase.HALF_CLOSED;
            activityTicks = roster.ticks().halfClosed();
            touch();
        }
    }

    /** A side sent RST: so does the proxy, to the other one. */
    void wasReset(RelaySide side) {
        abort(side == client ? EndCause.CLIENT_RESET : EndCause.SERVER_RESET);
    }

    /** Resets what is open. */
    @Override
    void abort(EndCause cause) {
        noteCause(cause);
        ending();
        client.abort();
        server.abort();
        cancel(connecting);
        cancel(resolving);
        endIfDone();
    }

    /** Leaves the line for a port or for the name service, too. Whoever connects nevertheless is reset. */
    private static void cancel(@Nullable Future<?> underWay) {
        if (underWay != null) {
            underWay.cancel(false);
        }
    }

    /** A handler threw: never expected. */
    void broken(Throwable cause) {
        LOG.error("an exchange of listener {} failed", listener.settings().name(), cause);
        abort(EndCause.INTERNAL_ERROR);
    }

    @Override
    void deadlinePassed() {
        switch (phase) {
            case HEAD -> {
                deadlineTick = Roster.NEVER;
                listener.headMissing(this, true);
            }
            case RESOLVING -> {
                Future<?> silent = resolving;
                phase = Phase.ENDING; // its answer, even to the cancelling, comes too late
                cancel(silent);
                nameFailed(new Failure(
                        ProxyError.NAME_TIMEOUT,
                        "The name service gave no answer for " + name
                                + " in time. Check /etc/resolv.conf, or name the server by its address."));
            }
            case CONNECTING -> {
                Future<Channel> silent = connecting;
                connecting = null;
                phase = Phase.ENDING; // its answer, even to the cancelling, comes too late
                cancel(silent);
                listener.metrics().connectFailed(Reason.LOCAL);
                fail(new Failure(ProxyError.LOCAL, "The connector gave no answer in time."));
            }
            case RELAYING -> {
                noteCause(EndCause.IDLE);
                phase = Phase.HALF_CLOSED;
                activityTicks = roster.ticks().halfClosed();
                touch();
                client.endOutput();
                server.endOutput();
            }
            case HALF_CLOSED -> abort(EndCause.HALF_CLOSED);
            case LINGERING -> closeClient();
            case ENDING, ENDED -> {
                connecting = null;
                deadlineTick = Roster.NEVER;
                endIfDone();
            }
        }
    }

    /** Whoever has not asked for anything yet can go. */
    @Override
    void drainBegins() {
        if (phase == Phase.HEAD && client.bytesRead() == 0) {
            noteCause(EndCause.DRAINED);
            closeClient();
        }
    }

    /** Closes the client, which has asked for nothing. */
    void leave() {
        noteCause(EndCause.NO_REQUEST);
        closeClient();
    }

    /** The client's FIN was seen before a relay began. It may still wait for an answer, so a connect goes on. */
    void inputEndedEarly() {
        if (phase == Phase.HEAD) {
            listener.headMissing(this, false);
        }
    }

    /** A channel is gone. */
    void sideClosed(RelaySide side, boolean orderly) {
        if (!orderly && phase != Phase.ENDING) {
            abort(side == client ? EndCause.CLIENT_RESET : EndCause.SERVER_RESET);
        } else {
            endIfDone();
        }
    }

    private void endIfDone() {
        if (phase == Phase.ENDED || connecting != null || client.isOpen() || server.isOpen()) {
            return;
        }
        phase = Phase.ENDED;
        deadlineTick = Roster.NEVER;
        client.releaseEarly();
        server.releaseEarly();
        roster.remove(this);
        listener.metrics().ended(endCause(), client.bytesRead(), server.bytesRead(), System.nanoTime() - beganNanos);
    }

    private EndCause endCause() {
        EndCause noted = endCause;
        if (noted != null) {
            return noted;
        }
        return firstToClose == server ? EndCause.SERVER_CLOSED : EndCause.CLIENT_CLOSED;
    }

    private void noteCause(EndCause cause) {
        if (endCause == null) {
            endCause = cause;
        }
    }
}
