package dev.tidewait.proxy;

import dev.tidewait.netty.ConnectFailedException;
import dev.tidewait.netty.ConnectFailedException.Reason;
import dev.tidewait.netty.ConnectRequest;
import dev.tidewait.netty.Connector;
import dev.tidewait.proxy.address.Addresses;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Opens connections without leases; can be told to fail for a port. Any thread. */
final class PlainConnector implements Connector {
    private final EventLoops loops;
    private final Map<Integer, Reason> failures = new ConcurrentHashMap<>();
    /** Whether a connect goes on when it is cancelled. */
    volatile boolean stubborn;

    /** Connects start when it is complete. */
    private volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

    /** Where every connection goes, whatever was asked for; null is where it was asked for. */
    private volatile @Nullable InetSocketAddress onlyDestination;

    final AtomicInteger cancelled = new AtomicInteger();
    final List<ConnectRequest> requests = new CopyOnWriteArrayList<>();
    final List<Channel> channels = new CopyOnWriteArrayList<>();

    PlainConnector(EventLoops loops) {
        this.loops = loops;
    }

    void failFor(int port, Reason reason) {
        failures.put(port, reason);
    }

    /** From now on every connection leads there. */
    void leadTo(InetSocketAddress everywhere) {
        onlyDestination = everywhere;
    }

    /** From now on connects wait until the answer is completed. */
    CompletableFuture<Void> closeGate() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        gate = closed;
        return closed;
    }

    @Override
    public Future<Channel> connect(ConnectRequest request) {
        requests.add(request);
        Promise<Channel> connected = request.loop().newPromise();
        connected.addListener(done -> {
            if (done.isCancelled()) {
                cancelled.incrementAndGet();
            }
        });
        if (stubborn && !connected.setUncancellable()) {
            throw new IllegalStateException("a new promise is cancelled");
        }
        gate.thenRun(() -> {
                    if (request.loop().inEventLoop()) {
                        connect(request, connected);
                    } else {
                        request.loop().execute(() -> connect(request, connected));
                    }
                })
                .exceptionally(cause -> {
                    connected.tryFailure(cause);
                    throw new IllegalStateException(cause);
                });
        return connected;
    }

    private void connect(ConnectRequest request, Promise<Channel> connected) {
        if (connected.isCancelled()) {
            return;
        }
        InetSocketAddress destination = request.destination();
        Reason planned = failures.get(destination.getPort());
        if (planned != null) {
            connected.setFailure(failure(planned, destination, null));
            return;
        }
        InetSocketAddress to = Objects.requireNonNullElse(onlyDestination, destination);
        ChannelFuture connecting = new Bootstrap()
                .group(request.loop())
                .channelFactory(() -> loops.transport().newChannel(to.getAddress()))
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.AUTO_READ, request.autoRead())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) request.connectMillis())
                .handler(request.handler())
                .connect(to);
        connecting.addListener(done -> {
            if (done.isSuccess()) {
                channels.add(connecting.channel());
                if (!connected.trySuccess(connecting.channel())) {
                    connecting.channel().close();
                }
            } else {
                Reason reason = done.cause() instanceof ConnectTimeoutException ? Reason.TIMED_OUT : Reason.REFUSED;
                connected.tryFailure(failure(reason, destination, done.cause()));
            }
        });
    }

    private static ConnectFailedException failure(
            Reason reason, InetSocketAddress destination, @Nullable Throwable cause) {
        return new ConnectFailedException(
                reason,
                destination,
                reason + " at " + Addresses.text(destination) + " \"quoted\\\" ü\r\nline 2",
                cause);
    }
}
