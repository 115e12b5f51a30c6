package dev.tidewait.proxy;

import dev.tidewait.netty.LeasedConnection;
import dev.tidewait.proxy.access.Login;
import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.facts.Closer;
import dev.tidewait.proxy.facts.ExchangeFacts;
import dev.tidewait.proxy.failure.EndCause;
import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
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
 * that is not a plain close counts. An exchange ends, and leaves the {@link Roster}, when neither channel is open; a {@link Dial} under way is cancelled
 * before.
 */
final class Exchange extends RosterMember implements Dial.Caller {
    private enum Phase {
        /** The request is being read. */
        HEAD,
        /** A password is being checked. */
        LOGIN,
        /** On its way to a server; see {@link Dial}. */
        DIALLING,
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

    final RelaySide client = new RelaySide(this, true);
    final RelaySide server = new RelaySide(this, false);
    final Roster roster;
    /** For the access log. */
    final ExchangeFacts facts;

    private final ExchangeListener listener;
    private final Outbound outbound;
    private Phase phase = Phase.HEAD;
    /** Set by whatever ends the exchange otherwise than by two FINs. */
    private @Nullable EndCause endCause;

    private @Nullable RelaySide firstToClose;
    /** Under way. */
    private @Nullable Dial dial;
    /** Under way. */
    private @Nullable Future<Login> login;

    private final Attempts attempts = new Attempts();
    /** The listener's own count of servers tried. */
    int serverIndex;

    Exchange(Roster roster, ExchangeListener listener, Outbound outbound) {
        this(
                roster,
                listener,
                outbound,
                new ExchangeFacts(roster.accessLog(), listener.settings().name()));
    }

    /** @param facts what is known already */
    Exchange(Roster roster, ExchangeListener listener, Outbound outbound, ExchangeFacts facts) {
        this.roster = roster;
        this.listener = listener;
        this.outbound = outbound;
        this.facts = facts;
    }

    ExchangeListener listener() {
        return listener;
    }

    /** The client's connection has an event loop. */
    void begin() {
        facts.began(listener.kind(), client.wire().channel().remoteAddress());
        roster.add(this);
        listener.metrics().accepted();
        if (roster.isClosed()) {
            abort(EndCause.DRAINED);
            return;
        }
        deadlineTick = roster.deadline(roster.ticks().clientHeader());
        listener.begin(this);
    }

    /** Waits for a log-in while the client has nothing to do; the request may be read on behind it. */
    void logIn(Future<Login> underWay, Runnable accepted) {
        phase = Phase.LOGIN;
        deadlineTick = roster.deadline(roster.ticks().clientHeader());
        login = underWay;
        underWay.addListener((Future<Login> done) -> {
            login = null;
            if (phase != Phase.LOGIN) {
                return;
            }
            switch (done.getNow()) {
                case Login.Accepted in -> {
                    facts.user(in.user().name());
                    phase = Phase.HEAD;
                    deadlineTick = roster.deadline(roster.ticks().clientHeader());
                    accepted.run();
                }
                case Login.Refused out -> fail(out.failure());
            }
        });
    }

    /** Both connections are open already: relays from here on. */
    void beginOpen() {
        roster.add(this);
        relay();
    }

    /** Connects to the server, asking for its address first if it has to. */
    void reach(HostPort target) {
        newDial().start(target);
    }

    /** Connects to this very address. */
    void reach(InetSocketAddress destination) {
        newDial().start(destination);
    }

    private Dial newDial() {
        phase = Phase.DIALLING;
        Dial fresh = new Dial(outbound, roster, server.wire(), this, attempts);
        dial = fresh;
        return fresh;
    }

    @Override
    public ListenerMetrics metrics() {
        return listener.metrics();
    }

    @Override
    public List<InetAddress> permitted(HostPort target, List<InetAddress> addresses) {
        return listener.permitted(this, target, addresses);
    }

    @Override
    public void deadline(long ticksAhead) {
        deadlineTick = roster.deadline(ticksAhead);
    }

    @Override
    public void dialled(Channel channel) {
        dial = null;
        facts.connected(channel.attr(LeasedConnection.KEY).get(), false);
        listener.opened(this);
        relay();
    }

    private void relay() {
        phase = Phase.RELAYING;
        touch();
        client.startRelay();
        server.startRelay();
    }

    @Override
    public void notDialled(Failure failure) {
        dial = null;
        if (!attempts.another() || !listener.tryNext(this)) {
            fail(failure);
        }
    }

    /** Gives up before a relay began; the listener tells the client or the log. */
    void fail(Failure failure) {
        noteCause(failure.error().endCause());
        facts.failed(failure);
        listener.failed(this, failure);
    }

    /** The client's request cannot be read: sends what its protocol has for that. */
    void refuse(ByteBuf message) {
        noteCause(EndCause.REFUSED);
        answer(message);
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
        deadlineTick = Roster.NEVER;
        Dial unwanted = dial;
        dial = null;
        if (unwanted != null) {
            unwanted.cancel();
        }
        leaveLogin();
    }

    private void leaveLogin() {
        Future<Login> unwanted = login;
        login = null;
        if (unwanted != null) {
            unwanted.cancel(false);
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
        Ticks ticks = roster.ticks();
        deadlineTick = roster.deadline(phase == Phase.RELAYING ? ticks.idle() : ticks.halfClosed());
    }

    /** A side's FIN was seen. */
    void inputEnded(RelaySide side) {
        if (firstToClose == null) {
            firstToClose = side;
        }
        facts.closed(side == client ? Closer.CLIENT : Closer.SERVER);
        if (phase == Phase.RELAYING) {
            phase = Phase.HALF_CLOSED;
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
        endIfDone();
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
            case LOGIN -> {
                fail(new Failure(
                        ProxyError.LOGIN_UNCHECKED,
                        "The password could not be checked in time: too many others wait for theirs. Try again."));
                leaveLogin();
            }
            case DIALLING -> {
                Dial late = dial;
                if (late != null) {
                    late.deadlinePassed();
                }
            }
            case RELAYING -> {
                noteCause(EndCause.IDLE);
                facts.closed(Closer.PROXY);
                phase = Phase.HALF_CLOSED;
                touch();
                client.endOutput();
                server.endOutput();
            }
            case HALF_CLOSED -> abort(EndCause.HALF_CLOSED);
            case LINGERING -> closeClient();
            case ENDING, ENDED -> {
                deadlineTick = Roster.NEVER;
                endIfDone();
            }
        }
    }

    @Override
    void look() {
        client.wire().look();
        server.wire().look();
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

    /** A side is gone in good order. */
    void sideClosed() {
        endIfDone();
    }

    private void endIfDone() {
        if (phase == Phase.ENDED || client.isOpen() || server.isOpen()) {
            return;
        }
        phase = Phase.ENDED;
        deadlineTick = Roster.NEVER;
        client.releaseEarly();
        server.releaseEarly();
        listener.metrics().ended(endCause(), client.bytesRead(), server.bytesRead(), facts.durationNanos());
        if (attempts.count() > 0) {
            facts.attempts(attempts.count());
        }
        facts.ended(endCause(), client.bytesRead(), server.bytesRead());
        roster.remove(this);
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
