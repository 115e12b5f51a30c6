package dev.tidewait.proxy;

import dev.tidewait.netty.ConnectFailedException.Reason;
import dev.tidewait.netty.LeasedConnection;
import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import dev.tidewait.proxy.names.AddressOrder;
import dev.tidewait.proxy.names.NameFailure;
import dev.tidewait.proxy.names.NameLookup;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.util.concurrent.Future;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One way to a server: its name → its addresses → which of them are permitted? → a connection to one of them. One use; owned by one
 * event loop.
 *
 * <p>It ends with exactly one of {@link Caller#dialled}, {@link Caller#notDialled}, an empty answer of {@link Caller#permitted}, or
 * {@link #cancel()}. Each may come before the call that caused it returns, but none after cancel(). A connection that comes nevertheless is reset.
 */
final class Dial implements Race.Judge {
    /** Who wants the connection; called on the event loop. */
    interface Caller {
        ListenerMetrics metrics();

        /** Whether it sends something at once when it is {@link #dialled}. */
        default boolean speaksFirst() {
            return false;
        }

        /** Which of these may be connected to; none if the caller has given up (and told its client why). */
        List<InetAddress> permitted(HostPort target, List<InetAddress> addresses);

        /** Connected: the handler is in the pipeline, and nothing is read before {@code setAutoRead(true)}. */
        void dialled(Channel channel);

        void notDialled(Failure failure);

        /** To call {@link Dial#deadlinePassed()} after so many ticks; each call replaces the one before. */
        void deadline(long ticksAhead);
    }

    /** Addresses of one server that are tried: two of each family where there are two families. */
    static final int MOST_ADDRESSES = 4;

    private final Outbound outbound;
    private final Roster roster;
    private final ChannelHandler handler;
    private final Caller caller;
    private final Attempts attempts;

    /** What the name service is asked for. */
    private String name = "";

    /** A question under way. */
    private @Nullable Future<?> resolving;

    /** Connects under way. */
    private @Nullable Race race;

    private boolean sixFirst;
    private boolean over;

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
        name = target.host();
        caller.deadline(roster.ticks().resolve());
        Future<List<InetAddress>> lookup = outbound.names().lookUp(target.host(), roster.loop());
        resolving = lookup;
        lookup.addListener((Future<List<InetAddress>> answer) -> {
            resolving = null;
            if (over) {
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
        connect(List.of(destination));
    }

    private void resolved(HostPort target, List<InetAddress> all) {
        List<InetAddress> permitted = caller.permitted(target, all);
        if (permitted.isEmpty()) {
            over = true;
            return;
        }
        List<InetAddress> order = AddressOrder.interleaved(
                outbound.names().families().isFourFirst(roster.nanoTime())
                        ? AddressOrder.preferring(permitted, false)
                        : permitted,
                MOST_ADDRESSES);
        sixFirst = order.getFirst() instanceof Inet6Address;
        List<InetSocketAddress> targets = new ArrayList<>(order.size());
        for (InetAddress address : order) {
            targets.add(new InetSocketAddress(address, target.port()));
        }
        connect(targets);
    }

    private void connect(List<InetSocketAddress> addresses) {
        Race fresh = new Race(outbound, roster, attempts, this, addresses);
        race = fresh;
        fresh.start();
    }

    @Override
    public boolean speaksFirst() {
        return caller.speaksFirst();
    }

    @Override
    public void attempting() {
        caller.deadline(roster.ticks().connectGuard());
    }

    @Override
    public void attemptFailed(Reason reason) {
        caller.metrics().connectFailed(reason);
    }

    @Override
    public void won(Channel channel, InetSocketAddress address, long tookNanos, boolean overtook) {
        over = true;
        if (address.getAddress() instanceof Inet6Address) {
            outbound.names().families().sixConnected();
        } else if (overtook && sixFirst) {
            outbound.names().families().sixOvertaken(roster.nanoTime());
        }
        LeasedConnection lease = channel.attr(LeasedConnection.KEY).get();
        caller.metrics().connected(lease == null ? 0 : lease.portWaitMillis(), tookNanos);
        channel.pipeline().addLast(Wire.NAME, handler);
        caller.dialled(channel);
    }

    @Override
    public void lost() {
        fail(attempts.failure());
    }

    private void nameFailed(Failure failure) {
        caller.metrics().nameFailed(NameFailure.of(failure.error()));
        fail(failure);
    }

    private void fail(Failure failure) {
        over = true;
        attempts.serverFailed();
        caller.notDialled(failure);
    }

    /** The caller has waited as long as {@link Caller#deadline} said. */
    void deadlinePassed() {
        if (over) {
            return;
        }
        Race silent = race;
        if (silent == null) {
            cancel();
            nameFailed(new Failure(ProxyError.NAME_TIMEOUT, NameLookup.timedOut(name)));
        } else {
            silent.giveUp();
            caller.metrics().connectFailed(Reason.LOCAL);
            lost();
        }
    }

    /** Leaves the line for a port or for the name service, too. */
    void cancel() {
        over = true; // an answer, even to the cancelling, comes too late
        Future<?> question = resolving;
        if (question != null) {
            question.cancel(false);
        }
        Race connects = race;
        if (connects != null) {
            connects.cancel();
        }
    }
}
