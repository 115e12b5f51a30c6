package dev.tidewait.netty;

import dev.tidewait.linux.TcpInfo;
import dev.tidewait.linux.TcpState;
import dev.tidewait.netty.ConnectFailedException.Reason;
import dev.tidewait.ports.Destination;
import dev.tidewait.ports.Ending;
import dev.tidewait.ports.Exhausted;
import dev.tidewait.ports.Lease;
import dev.tidewait.ports.MustWait;
import dev.tidewait.ports.Waiter;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connect request on its way: line, lease, look-up, SYN, and at most one retry on another four-tuple. Owned by the
 * request's event loop.
 */
final class ConnectAttempt implements Waiter {
    /*
     *   start ──▶ lease ──▶ prepare ──▶ open ──▶ connected
     *               │  ▲        │        │ │
     *               ▼  │        ▼        │ └─ silence on a reused four-tuple: a second lease is opened beside the first; the first
     *             line ┘    set aside ◀──┘    to answer wins, the other is closed
     *
     * Whatever happens, every lease that was filled is given back: by its LeaseHandler when the channel closes, or here if it
     * never got a channel.
     */

    private static final Logger LOG = LoggerFactory.getLogger(ConnectAttempt.class);

    /** Ports that the kernel may refuse within one connect before this host itself is to blame. */
    private static final int MOST_REFUSALS = 64;

    /** Look-ups made in one go before other connections of the loop get their turn. */
    private static final int LOOK_UPS_AT_ONCE = 256;

    private static final long LEAST_SILENCE_MILLIS = 250;

    private final OutgoingPorts ports;
    private final ConnectRequest request;
    private final Destination destination;
    private final Promise<Channel> promise;
    private final long startedMillis = Clock.nowMillis();
    private Lease next = new Lease();
    private @Nullable ScheduledFuture<?> timer;
    private @Nullable LeaseHandler first;
    private @Nullable LeaseHandler second;
    private long firstSynMillis;
    private long waitedMillis;
    private int attempts;
    private int refusals;

    ConnectAttempt(OutgoingPorts ports, ConnectRequest request, Promise<Channel> promise) {
        this.ports = ports;
        this.request = request;
        this.destination = Destination.of(request.destination());
        this.promise = promise;
    }

    void start() {
        promise.addListener(done -> {
            if (promise.isCancelled()) {
                request.loop().execute(this::cancelled);
            }
        });
        leaseNext(true);
    }

    // ---- a port ----

    private void leaseNext(boolean mayWait) {
        long now = Clock.nowMillis();
        switch (ports.ledgers().lease(next, destination, stripe(), now)) {
            case Lease ignored -> prepare(mayWait);
            case MustWait ignored -> {
                if (mayWait) {
                    standInLine(now);
                }
            }
            case Exhausted why -> {
                if (mayWait) {
                    fail(Reason.NO_PORT, why.explain(0), null);
                }
            }
        }
    }

    private void standInLine(long now) {
        Optional<Exhausted> refused = ports.ledgers().join(this, destination, now);
        if (refused.isPresent()) {
            fail(Reason.NO_PORT, refused.get().explain(0), null);
            return;
        }
        long left = Math.max(0, startedMillis + request.portWaitMillis() - now);
        timer = request.loop().schedule(this::waitedTooLong, left, TimeUnit.MILLISECONDS);
    }

    private void waitedTooLong() {
        long now = Clock.nowMillis();
        ports.ledgers()
                .leave(this, destination, now)
                .ifPresent(why -> fail(Reason.NO_PORT, why.explain(now - startedMillis), null));
    }

    @Override
    public Lease lease() {
        return next;
    }

    @Override
    public int stripe() {
        return ports.tools().stripe();
    }

    @Override
    public void served(long nowMillis) {
        request.loop().execute(() -> {
            stopTimer();
            waitedMillis = Clock.nowMillis() - startedMillis;
            prepare(true);
        });
    }

    @Override
    public void dismissed(Exhausted why) {
        if (request.loop().isShuttingDown()) {
            return; // nobody is left to be told
        }
        request.loop().execute(() -> {
            stopTimer();
            fail(Reason.LOCAL, why.explain(0), null);
        });
    }

    /** Asks the kernel where the lease says so; steps on to another port where the kernel holds this one. */
    private void prepare(boolean mayWait) {
        for (int i = 0; i < LOOK_UPS_AT_ONCE; i++) {
            if (promise.isDone()) {
                next.putBack(Clock.nowMillis());
                return;
            }
            if (ports.check(next) == TupleCheck.Answer.READY) {
                open();
                return;
            }
            next.setAside(Clock.nowMillis());
            if (!(ports.ledgers().lease(next, destination, stripe(), Clock.nowMillis()) instanceof Lease)) {
                leaseNext(mayWait);
                return;
            }
        }
        request.loop().execute(() -> prepare(mayWait));
    }

    // ---- a connection ----

    private void open() {
        Lease lease = next;
        next = new Lease();
        attempts++;
        SocketChannel channel;
        try {
            channel = ports.transport().newChannel(request.destination().getAddress());
        } catch (ChannelException e) {
            lease.putBack(Clock.nowMillis());
            fail(
                    Reason.LOCAL,
                    "this host has no socket left for a connection to " + destination + " (" + e.getMessage()
                            + "): raise the limit of open files (ulimit -n, LimitNOFILE)",
                    e);
            return;
        }
        LeaseHandler handler = new LeaseHandler(ports, lease, channel);
        ports.leased(lease);
        if (first == null) {
            first = handler;
        } else {
            second = handler;
        }
        channel.pipeline().addLast(handler);
        SocketSettings.apply(channel, ports.transport());
        InetSocketAddress from = new InetSocketAddress(lease.source().toInetAddress(), lease.sourcePort());
        request.loop().register(channel).addListener(registered -> {
            if (!registered.isSuccess()) {
                handler.failed(Ending.Close.REFUSED);
                channel.unsafe().closeForcibly();
                fail(Reason.LOCAL, "cannot register a socket: " + registered.cause(), registered.cause());
                return;
            }
            if (firstSynMillis == 0) {
                firstSynMillis = Clock.nowMillis();
            }
            channel.connect(request.destination(), from).addListener(done -> {
                if (done.isSuccess()) {
                    connected(handler, from);
                } else {
                    refused(handler, done.cause());
                }
            });
            if (!promise.isDone() && handler == first && timer == null && channel.isOpen() && !channel.isActive()) {
                armTimer(lease);
            }
        });
    }

    private void armTimer(Lease lease) {
        long silence = lease.isReuse()
                ? Math.max(LEAST_SILENCE_MILLIS, 2 * lease.expectedRttMicros() / 1_000)
                : request.connectMillis();
        boolean retry = silence < request.connectMillis();
        timer = request.loop()
                .schedule(
                        retry ? this::silent : this::timedOut,
                        Math.min(silence, request.connectMillis()),
                        TimeUnit.MILLISECONDS);
    }

    /** No answer to the SYN on a reused four-tuple: try one more beside it. */
    private void silent() {
        long left = Math.max(1, firstSynMillis + request.connectMillis() - Clock.nowMillis());
        timer = request.loop().schedule(this::timedOut, left, TimeUnit.MILLISECONDS);
        if (first == null || !hasAnswer(first.channel())) {
            leaseNext(false);
        }
    }

    /** The answer may be here already, and only this event loop late. */
    private boolean hasAnswer(Channel connecting) {
        int descriptor = Transport.descriptor(connecting);
        TcpInfo info = ports.tools().tcpInfo();
        return descriptor >= 0 && info.read(descriptor).isNone() && info.state() != TcpState.SYN_SENT;
    }

    private void timedOut() {
        timer = null;
        fail(
                Reason.TIMED_OUT,
                "no answer from " + destination + " within " + request.connectMillis()
                        + " ms: the server is down, or a firewall drops the SYN; nothing is wrong with this host's ports",
                null);
        // After the failure: closing makes the pending connects fail, for which this is not the reason.
        closeIfConnecting(first);
        closeIfConnecting(second);
    }

    private void connected(LeaseHandler winner, InetSocketAddress from) {
        stopTimer();
        long now = Clock.nowMillis();
        Lease lease = winner.lease();
        LeasedConnection opened = new LeasedConnection(
                from, request.destination(), waitedMillis, now - firstSynMillis, lease.ageMillis(), attempts);
        winner.connected(opened, now);
        Channel channel = winner.channel();
        channel.attr(LeasedConnection.KEY).set(opened);
        if (winner == second) {
            closeIfConnecting(first);
            if (ports.ledgers().reportSilence(destination, now)) {
                LOG.info(
                        "{} met SYNs on reused four-tuples with silence twice within a minute: it seems to judge them by sequence "
                                + "number alone, so the floors without timestamps apply to it for ten minutes",
                        destination);
            }
        } else {
            closeIfConnecting(second);
        }
        if (promise.isDone()) {
            closeUnused(channel);
            return;
        }
        channel.pipeline().addLast(request.handler());
        if (!promise.trySuccess(channel)) {
            closeUnused(channel);
            return;
        }
        if (request.autoRead()) {
            channel.config().setAutoRead(true);
        }
    }

    /** The kernel or the peer said no. */
    private void refused(LeaseHandler handler, Throwable cause) {
        Refusal refusal = Refusal.of(cause);
        handler.failed(refusal.ending());
        if (refusal.isTuple() && refusals++ < MOST_REFUSALS && !promise.isDone()) {
            Lease lease = handler.lease();
            boolean ready = refusal == Refusal.TUPLE_IN_USE && lease.isReuse() && ports.destroyAfterRefusal(lease);
            if (ready) {
                // Past its floor and TIME_WAIT without timestamps: it is gone now, so the same four-tuple can be used.
                reopen(handler, lease);
            } else {
                lease.setAside(Clock.nowMillis());
                handler.channel().close();
                forget(handler);
                leaseNext(handler == first || first == null);
            }
            return;
        }
        handler.channel().close();
        LeaseHandler other = handler == first ? second : first;
        if (other != null && other.channel().isOpen() && !promise.isDone()) {
            return; // the other one may still answer
        }
        stopTimer();
        fail(refusal.reason(), refusal.message(destination, cause), cause);
    }

    private void reopen(LeaseHandler handler, Lease lease) {
        Lease moved = new Lease();
        lease.moveTo(moved);
        handler.channel().close();
        forget(handler);
        next = moved;
        open();
    }

    private void forget(LeaseHandler handler) {
        if (handler == first) {
            first = second;
        }
        second = null;
    }

    // ---- the end ----

    private void fail(Reason reason, String message, @Nullable Throwable cause) {
        stopTimer();
        promise.tryFailure(new ConnectFailedException(reason, request.destination(), message, cause));
    }

    private void cancelled() {
        stopTimer();
        ports.ledgers().leave(this, destination, Clock.nowMillis());
        closeIfConnecting(first);
        closeIfConnecting(second);
    }

    private void closeIfConnecting(@Nullable LeaseHandler handler) {
        if (handler != null
                && !handler.channel().isActive()
                && handler.channel().isOpen()) {
            handler.failed(Ending.Close.SYN_TIMED_OUT);
            handler.channel().close();
        }
    }

    /** Nobody wants this connection any more (the other four-tuple answered first, or the request was cancelled): FIN, then RST. */
    private void closeUnused(Channel channel) {
        channel.pipeline().addLast(new ClosePolitely());
        channel.config().setAutoRead(true);
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
