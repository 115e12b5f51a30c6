package dev.tidewait.netty.tcp;

import dev.tidewait.linux.TcpInfo;
import dev.tidewait.linux.TcpState;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ConnectTimeoutException;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link TcpChannel} is connected: from connect(2) to the kernel's answer, to the time-out, or to whoever gives up first. Owned by the channel's
 * event loop, except that {@link #abandon} runs on the thread that closes the descriptor.
 */
final class TcpConnect {
    private record Attempt(InetSocketAddress to, ChannelPromise promise) {}

    private final TcpChannel channel;
    private final TcpSocket socket;
    private final TcpAddresses addresses;
    private final EpollRegistration epoll;
    /** The attempt that the kernel has not answered yet. */
    private @Nullable Attempt waiting;

    private @Nullable Future<?> timeout;
    private boolean timestamps;

    TcpConnect(TcpChannel channel, TcpSocket socket, TcpAddresses addresses, EpollRegistration epoll) {
        this.channel = channel;
        this.socket = socket;
        this.addresses = addresses;
        this.epoll = epoll;
    }

    /** @throws IOException if it fails at once; the channel stays open: whoever asked decides, as where it fails later */
    void begin(InetSocketAddress to, @Nullable InetSocketAddress from, ChannelPromise promise) throws IOException {
        if (waiting != null) {
            throw new ConnectionPendingException();
        }
        if (addresses.remote() != null) {
            throw new AlreadyConnectedException();
        }
        if (to.isUnresolved() || (from != null && from.isUnresolved())) {
            throw new UnresolvedAddressException();
        }
        if (from != null) {
            addresses.bindAndKeep(from);
        }
        boolean connected = addresses.connect(to);
        Attempt attempt = new Attempt(to, promise);
        if (!connected) {
            waiting = attempt;
        }
        // Before connect() epoll would call the socket hung up.
        epoll.tell(TcpEvents.INPUT_AND_OUTPUT);
        if (connected) {
            succeed(attempt, channel.glance());
            return;
        }
        int timeoutMillis = channel.config().getConnectTimeoutMillis();
        if (timeoutMillis > 0) {
            timeout = channel.eventLoop()
                    .schedule(() -> timedOut(to, timeoutMillis), timeoutMillis, TimeUnit.MILLISECONDS);
        }
        if (promise.isCancellable()) {
            promise.addListener(done -> {
                if (done.isCancelled()) {
                    stopTimeout();
                    waiting = null;
                    close();
                }
            });
        }
    }

    boolean hasTimestamps() {
        return timestamps;
    }

    private void timedOut(InetSocketAddress to, int timeoutMillis) {
        Attempt late = waiting;
        if (late != null
                && late.promise()
                        .tryFailure(new ConnectTimeoutException(
                                "connection timed out after " + timeoutMillis + " ms: " + to))) {
            close();
        }
    }

    /** epoll has told something: it may be the kernel's answer. */
    void happened() {
        Attempt attempt = waiting;
        if (attempt == null) {
            return;
        }
        long seen = channel.glance();
        TcpState state = TcpInfo.stateIn(seen);
        if (state == TcpState.SYN_SENT || state == TcpState.SYN_RECEIVED) {
            return; // the event was of the one that had this descriptor before, within one round of epoll_wait(2)
        }
        waiting = null;
        stopTimeout();
        if (state == TcpState.CLOSE || state == TcpState.UNKNOWN) {
            fail(attempt);
        } else {
            succeed(attempt, seen);
        }
    }

    private void fail(Attempt attempt) {
        try {
            socket.throwConnectFailure();
            attempt.promise().tryFailure(new ClosedChannelException());
        } catch (IOException e) {
            attempt.promise().tryFailure(channel.tcpUnsafe().annotated(e, attempt.to()));
        }
        if (!channel.isOpen()) {
            close();
        }
    }

    private void succeed(Attempt attempt, long seen) {
        timestamps = TcpInfo.timestampsIn(seen);
        addresses.connected(attempt.to());
        channel.activate();
        boolean wanted = attempt.promise().trySuccess();
        // Whatever its listener did: it was opened.
        channel.pipeline().fireChannelActive();
        if (!wanted) {
            close();
        }
    }

    private void close() {
        channel.unsafe().close(channel.unsafe().voidPromise());
    }

    /** The channel is being closed. */
    void abandon() {
        Attempt attempt = waiting;
        waiting = null;
        stopTimeout();
        if (attempt != null) {
            attempt.promise().tryFailure(new ClosedChannelException());
        }
    }

    private void stopTimeout() {
        Future<?> running = timeout;
        timeout = null;
        if (running != null) {
            running.cancel(false);
        }
    }
}
