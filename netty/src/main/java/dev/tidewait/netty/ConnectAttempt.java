package dev.tidewait.netty;

import dev.tidewait.netty.ConnectFailedException.Reason;
import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;
import dev.tidewait.ports.Lease;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connect request on its way: line, lease, look-up, SYN, and at most one retry on another four-tuple. Owned by the
 * request's event loop.
 */
final class ConnectAttempt extends Deadlines.Deadline implements PortSearch.Finder {
    /*
     *   start ──▶ search ──▶ found ──▶ connect ──▶ connected
     *               ▲                    │    │
     *               └──── set aside ◀────┘    └─ silence on a reused four-tuple: a second one is tried beside the first; the first to
     *                                            answer wins, the other is closed
     *
     * Whatever happens, every lease that was found is given back: by its LeaseHandler when the channel closes, or here if it never
     * got a channel.
     */

    private static final Logger LOG = LoggerFactory.getLogger(ConnectAttempt.class);

    /** Ports that the kernel may refuse within one connect before this host itself is to blame. */
    private static final int MOST_REFUSALS = 64;

    private static final long LEAST_SILENCE_MILLIS = 250;

    private final OutgoingPorts ports;
    private final ConnectRequest request;
    private final Destination destination;
    private final ConnectAnswer answer;
    private @Nullable PortSearch search;
    /** The deadline that is set is the first one, of a reused four-tuple's silence. */
    private boolean mayRetry;

    private @Nullable LeaseHandler first;
    private @Nullable LeaseHandler second;
    private long firstSynMillis;
    private int attempts;
    private int refusals;

    ConnectAttempt(OutgoingPorts ports, ConnectRequest request) {
        this.ports = ports;
        this.request = request;
        this.destination = Destination.of(request.destination());
        this.answer = new ConnectAnswer(request.loop(), this);
    }

    /** Done on the request's event loop. */
    Future<Channel> answer() {
        return answer;
    }

    void start() {
        try {
            search = new PortSearch(
                    ports.ledgers(),
                    ports::check,
                    destination,
                    request.loop(),
                    ports.tools().stripe(),
                    request.portWaitMillis(),
                    this);
            search.search(true);
        } catch (RuntimeException e) {
            failLocally(e);
        }
    }

    // ---- a port ----

    @Override
    public boolean isOver() {
        return answer.isDone();
    }

    @Override
    public void notFound(Reason reason, String message, @Nullable Throwable cause) {
        answer.tryFailure(new ConnectFailedException(reason, request.destination(), message, cause));
    }

    private void searchAnother() {
        if (first == null) {
            // Nothing is on its way any more: the handshake's time begins with the next SYN.
            stopWaiting();
            firstSynMillis = 0;
        }
        if (search != null) {
            search.search(first == null);
        }
    }

    // ---- a connection ----

    @Override
    public void found(Lease lease) {
        DuplexChannel channel;
        try {
            channel = SocketSettings.newChannel(
                    ports.transport(), request.destination().getAddress());
        } catch (RuntimeException e) {
            lease.putBack(Clock.nowMillis());
            if (first == null) {
                fail(
                        Reason.LOCAL,
                        "this host has no socket left for a connection to " + destination + " (" + e.getMessage()
                                + "): raise the limit of open files (ulimit -n, LimitNOFILE)",
                        e);
            }
            return;
        }
        attempts++;
        LeaseHandler handler = new LeaseHandler(ports, lease, channel);
        ports.leased(lease);
        if (first == null) {
            first = handler;
        } else {
            second = handler;
        }
        channel.pipeline().addLast(LeaseHandler.NAME, handler);
        ChannelFuture registration = request.loop().register(channel);
        if (registration.isDone()) {
            registered(handler, registration);
        } else {
            registration.addListener(done -> registered(handler, done));
        }
    }

    private void registered(LeaseHandler handler, Future<?> registration) {
        if (registration.isSuccess()) {
            guarded(() -> connect(handler));
        } else {
            notRegistered(handler, registration.cause());
        }
    }

    /** A channel that never had an event loop does not tell anybody that it is closed. */
    private void notRegistered(LeaseHandler handler, Throwable cause) {
        if (handler.lease().isHeld()) {
            ports.neverOpened(handler.lease());
            handler.lease().putBack(Clock.nowMillis());
        }
        handler.channel().unsafe().closeForcibly();
        forget(handler);
        if (first == null) {
            fail(Reason.LOCAL, "cannot register a socket for " + destination + ": " + cause, cause);
        }
    }

    private void connect(LeaseHandler handler) {
        Lease lease = handler.lease();
        Channel channel = handler.channel();
        if (request.speaksFirst()) {
            SocketSettings.acknowledgeByFirstBytes(channel, ports.transport());
        }
        InetSocketAddress from = new InetSocketAddress(lease.source().toInetAddress(), lease.sourcePort());
        if (firstSynMillis == 0) {
            firstSynMillis = Clock.nowMillis();
        }
        ChannelPromise connecting = channel.newPromise();
        connecting.setUncancellable(); // it is given up by closing the channel, which then need not listen for it
        channel.connect(request.destination(), from, connecting)
                .addListener(done -> guarded(() -> {
                    if (done.isSuccess()) {
                        connected(handler, from);
                    } else {
                        refused(handler, from, done.cause());
                    }
                }));
        if (!answer.isDone() && handler == first && !isSet() && channel.isOpen() && !channel.isActive()) {
            setDeadline(lease);
        }
    }

    /** Whoever waits for a connection must hear of whatever goes wrong. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            failLocally(e);
            giveUp(first);
            giveUp(second);
        }
    }

    private void failLocally(RuntimeException cause) {
        if (cause instanceof NoSourceException) {
            fail(Reason.UNREACHABLE, String.valueOf(cause.getMessage()), cause);
            return;
        }
        fail(Reason.LOCAL, "cannot connect to " + destination + ": " + cause, cause);
    }

    private void setDeadline(Lease lease) {
        long silence = lease.isReuse()
                ? Math.max(LEAST_SILENCE_MILLIS, 2 * lease.expectedRttMicros() / 1_000)
                : request.connectMillis();
        mayRetry = silence < request.connectMillis();
        deadlines().set(this, afterSyn(Math.min(silence, request.connectMillis())));
    }

    private Deadlines deadlines() {
        return ports.tools().deadlines(request.loop());
    }

    /** Not earlier than so long after the first SYN, whose time is rounded down. */
    private long afterSyn(long millis) {
        return firstSynMillis + millis + 1;
    }

    @Override
    void passed() {
        guarded(mayRetry ? this::silent : this::timedOut);
    }

    /** No answer to the SYN on a reused four-tuple: try one more beside it. */
    private void silent() {
        mayRetry = false;
        deadlines().set(this, afterSyn(request.connectMillis()));
        if (search != null && (first == null || !first.hasAnswer())) {
            search.search(false);
        }
    }

    private void timedOut() {
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
        stopWaiting();
        long now = Clock.nowMillis();
        Lease lease = winner.lease();
        LeasedConnection opened = new LeasedConnection(
                from,
                request.destination(),
                search == null ? 0 : search.waitedMillis(),
                now - firstSynMillis,
                lease.ageMillis(),
                attempts);
        winner.connected(opened);
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
        if (answer.isDone()) {
            ClosePolitely.end(channel);
            return;
        }
        if (!request.handler().equals(ConnectRequest.NO_HANDLER)) {
            channel.pipeline().addLast(request.handler());
        }
        if (!answer.trySuccess(channel)) {
            ClosePolitely.end(channel);
            return;
        }
        if (request.autoRead()) {
            channel.config().setAutoRead(true);
        }
    }

    /** The kernel or the peer said no. */
    private void refused(LeaseHandler handler, InetSocketAddress from, Throwable cause) {
        Refusal refusal = Refusal.of(cause);
        if (refusal == Refusal.SOURCE_GONE && refusals++ < MOST_REFUSALS && leaveSource(handler)) {
            return;
        }
        handler.failed(refusal.ending());
        if (refusal.isTuple() && refusals++ < MOST_REFUSALS && !answer.isDone()) {
            Lease lease = handler.lease();
            boolean ready = refusal == Refusal.TUPLE_IN_USE && lease.isReuse() && ports.destroyAfterRefusal(lease);
            ports.neverOpened(lease);
            if (ready) {
                // Past its floor and TIME_WAIT without timestamps: it is gone now, so the same four-tuple can be used.
                reopen(handler, lease);
            } else {
                lease.setAside(Clock.nowMillis());
                handler.channel().close();
                forget(handler);
                searchAnother();
            }
            return;
        }
        handler.channel().close();
        LeaseHandler other = handler == first ? second : first;
        if (other != null && other.channel().isOpen() && !answer.isDone()) {
            return; // the other one may still answer
        }
        stopWaiting();
        fail(refusal.reason(), refusal.message(destination, from, cause), cause);
    }

    /** @return whether it goes on from another source */
    private boolean leaveSource(LeaseHandler handler) {
        Lease lease = handler.lease();
        long now = Clock.nowMillis();
        IpAddress gone = lease.source();
        ports.neverOpened(lease);
        lease.putBack(now);
        handler.channel().close();
        boolean goesOn = !answer.isDone() && ports.ledgers().renew(destination, gone, now);
        if (goesOn) {
            forget(handler);
            searchAnother();
        }
        return goesOn;
    }

    private void reopen(LeaseHandler handler, Lease lease) {
        Lease moved = new Lease();
        lease.moveTo(moved);
        handler.channel().close();
        forget(handler);
        found(moved);
    }

    private void forget(LeaseHandler handler) {
        if (handler == first) {
            first = second;
        }
        second = null;
    }

    // ---- the end ----

    private void fail(Reason reason, String message, @Nullable Throwable cause) {
        stopWaiting();
        answer.tryFailure(new ConnectFailedException(reason, request.destination(), message, cause));
    }

    /** Nobody waits any more. */
    void cancelled() {
        stopWaiting();
        if (search != null) {
            search.cancel();
        }
        closeIfConnecting(first);
        closeIfConnecting(second);
    }

    private static void closeIfConnecting(@Nullable LeaseHandler handler) {
        if (handler != null) {
            handler.closeIfConnecting();
        }
    }

    private static void giveUp(@Nullable LeaseHandler handler) {
        closeIfConnecting(handler);
        if (handler != null && handler.channel().isActive()) {
            handler.channel().close();
        }
    }

    private void stopWaiting() {
        if (isSet()) {
            deadlines().takeBack(this);
        }
    }
}
