package dev.tidewait.proxy;

import dev.tidewait.netty.ConnectFailedException;
import dev.tidewait.netty.ConnectFailedException.Reason;
import dev.tidewait.netty.ConnectRequest;
import dev.tidewait.netty.LeasedConnection;
import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import dev.tidewait.proxy.names.NameFailure;
import dev.tidewait.proxy.names.NameLookup;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One way to a server: its name → its addresses → which of them are permitted? → a connection to one of them. One use; owned by one
 * event loop.
 *
 * <p>It ends with exactly one of {@link Caller#dialled}, {@link Caller#notDialled}, an empty answer of {@link Caller#permitted}, or
 * {@link #cancel()}. Each may come before the call that caused it returns, but none after cancel(). A connection that comes nevertheless is reset.
 */
final class Dial implements GenericFutureListener<Future<Channel>> {
    /** Who wants the connection; called on the event loop. */
    interface Caller {
        ListenerMetrics metrics();

        /** Which of these may be connected to; none if the caller has given up (and told its client why). */
        List<InetAddress> permitted(HostPort target, List<InetAddress> addresses);

        /** Connected: the handler is in the pipeline, and nothing is read before {@code setAutoRead(true)}. */
        void dialled(Channel channel);

        void notDialled(Failure failure);

        /** To call {@link Dial#deadlinePassed()} after so many ticks; each call replaces the one before. */
        void deadline(long ticksAhead);
    }

    private enum Phase {
        /** Not started, or waiting for the connector. */
        CONNECTING,
        /** A name service is being asked. */
        RESOLVING,
        OVER
    }

    /** Stands in for the caller's handler until it is known which connection is wanted. */
    @Sharable
    private static final class Placeholder extends ChannelInboundHandlerAdapter {}

    private static final Placeholder PLACEHOLDER = new Placeholder();
    private static final InetSocketAddress UNKNOWN = InetSocketAddress.createUnresolved("unknown", 0);

    private final Outbound outbound;
    private final Roster roster;
    private final ChannelHandler handler;
    private final Caller caller;
    private final Attempts attempts;

    private Phase phase = Phase.CONNECTING;
    /** What the name service is asked for. */
    private String name = "";

    private @Nullable Future<?> resolving;
    private @Nullable Future<Channel> connecting;
    private long connectNanos;

    /**
     * @param handler put into the pipeline of the connection that {@link Caller#dialled} gets, and into no other
     * @param attempts what the caller has tried before
     */
    Dial(Outbound outbound, Roster roster, ChannelHandler handler, Caller caller, Attempts attempts) {
        this.outbound = outbound;
        this.roster = roster;
        this.handler = handler;
        this.caller = caller;
        this.attempts = attempts;
    }

    /** Connects to the server, asking for its address first if it has to. */
    void start(HostPort target) {
        InetAddress literal = target.literal().orElse(null);
        if (literal != null) {
            resolved(target, List.of(literal));
            return;
        }
        phase = Phase.RESOLVING;
        name = target.host();
        caller.deadline(roster.ticks().resolve());
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

    /** Connects to this very address, without asking whether it is permitted. */
    void start(InetSocketAddress destination) {
        connect(destination);
    }

    private void resolved(HostPort target, List<InetAddress> all) {
        List<InetAddress> permitted = caller.permitted(target, all);
        if (permitted.isEmpty()) {
            phase = Phase.OVER;
        } else {
            connect(attempts.begin(permitted, target.port()));
        }
    }

    private void connect(InetSocketAddress destination) {
        phase = Phase.CONNECTING;
        caller.deadline(roster.ticks().connectGuard());
        connectNanos = System.nanoTime();
        attempts.begun();
        Future<Channel> answer = outbound.connector()
                .connect(new ConnectRequest(
                        roster.loop(),
                        destination,
                        PLACEHOLDER,
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
        } else if (phase == Phase.CONNECTING) {
            connectFailed(connected.cause());
        }
    }

    private void connected(Channel channel) {
        if (phase != Phase.CONNECTING) {
            reset(channel);
            return;
        }
        phase = Phase.OVER;
        LeasedConnection lease = channel.attr(LeasedConnection.KEY).get();
        caller.metrics().connected(lease == null ? 0 : lease.portWaitMillis(), System.nanoTime() - connectNanos);
        channel.pipeline().replace(PLACEHOLDER, null, handler);
        caller.dialled(channel);
    }

    private void connectFailed(Throwable cause) {
        ConnectFailedException failed = cause instanceof ConnectFailedException known
                ? known
                : new ConnectFailedException(Reason.LOCAL, UNKNOWN, "The connector failed: " + cause, cause);
        caller.metrics().connectFailed(failed.reason());
        attempts.failed(failed.reason(), System.nanoTime() - connectNanos, outbound.connectMillis());
        InetSocketAddress next = attempts.another() ? attempts.next() : null;
        if (next != null) {
            connect(next);
        } else {
            fail(Failure.of(failed));
        }
    }

    private void nameFailed(Failure failure) {
        attempts.nameFailed();
        caller.metrics().nameFailed(NameFailure.of(failure.error()));
        fail(failure);
    }

    private void fail(Failure failure) {
        phase = Phase.OVER;
        caller.notDialled(failure);
    }

    /** The caller has waited as long as {@link Caller#deadline} said. */
    void deadlinePassed() {
        switch (phase) {
            case RESOLVING -> {
                cancel();
                nameFailed(new Failure(
                        ProxyError.NAME_TIMEOUT,
                        "The name service gave no answer for " + name
                                + " in time. Check /etc/resolv.conf, or name the server by its address."));
            }
            case CONNECTING -> {
                cancel();
                caller.metrics().connectFailed(Reason.LOCAL);
                attempts.failed(Reason.LOCAL, System.nanoTime() - connectNanos, 0);
                fail(new Failure(ProxyError.LOCAL, "The connector gave no answer in time."));
            }
            case OVER -> {}
        }
    }

    /** Leaves the line for a port or for the name service, too. */
    void cancel() {
        phase = Phase.OVER; // an answer, even to the cancelling, comes too late
        cancel(resolving);
        cancel(connecting);
    }

    private static void cancel(@Nullable Future<?> underWay) {
        if (underWay != null) {
            underWay.cancel(false);
        }
    }

    private static void reset(Channel channel) {
        if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        channel.close();
    }
}
