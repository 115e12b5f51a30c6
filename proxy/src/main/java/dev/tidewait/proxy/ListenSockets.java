package dev.tidewait.proxy;

import dev.tidewait.netty.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.unix.UnixChannelOption;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening sockets of one listener: one per event loop where the kernel can share a port among them. Any thread.
 *
 * <p>The first socket is bound without SO_REUSEPORT, so that an address in use is always noticed, even if its user shares it; only then
 * the option is set and the others join. The kernel adds a listening socket to the group of another one with the option, whenever
 * that one got it (net/core/sock_reuseport.c, {@code reuseport_add_sock}).
 */
final class ListenSockets implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ListenSockets.class);
    private static final long DEADLINE_MILLIS = 10_000;

    private final List<Channel> channels = new ArrayList<>();
    private final InetSocketAddress address;

    /**
     * Binds and listens; {@link #accept()} begins to accept.
     *
     * @param beside whether an overlapping address is this process's own, and about to be closed: it is shared from the beginning, since
     *     otherwise it would be in the way
     * @param acceptor makes the acceptor of the socket on the n-th loop
     * @throws BindException the address cannot be had; the message says which and why
     */
    ListenSockets(EventLoops loops, ListenerSettings settings, boolean beside, Function<Integer, Acceptor> acceptor)
            throws BindException {
        List<EventLoop> all = loops.all();
        boolean canShare = loops.transport() != Transport.NIO;
        try {
            Channel first =
                    bind(loops, settings, settings.bind(), all.getFirst(), acceptor.apply(0), canShare && beside);
            address = (InetSocketAddress) first.localAddress();
            if (canShare) {
                first.config().setOption(UnixChannelOption.SO_REUSEPORT, true);
                for (int i = 1; i < all.size(); i++) {
                    bind(loops, settings, address, all.get(i), acceptor.apply(i), true);
                }
            }
        } catch (BindException | RuntimeException failed) {
            close();
            throw failed;
        }
    }

    private Channel bind(
            EventLoops loops,
            ListenerSettings settings,
            InetSocketAddress where,
            EventLoop loop,
            Acceptor acceptor,
            boolean join)
            throws BindException {
        ServerChannel channel = loops.newServerChannel();
        channels.add(channel);
        channel.config().setAutoRead(false);
        channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
        if (join) {
            channel.config().setOption(UnixChannelOption.SO_REUSEPORT, true);
        }
        channel.pipeline().addLast(acceptor);
        await(loop.register(channel), settings, where);
        await(channel.bind(where), settings, where);
        return channel;
    }

    private static void await(ChannelFuture future, ListenerSettings settings, InetSocketAddress where)
            throws BindException {
        boolean done = future.awaitUninterruptibly(DEADLINE_MILLIS);
        Throwable cause = future.cause();
        if (done && cause == null) {
            return;
        }
        throw ListenFailedException.of(
                "Listener " + settings.name(),
                where,
                cause == null ? new TimeoutException("no answer within 10 s") : cause,
                "bind this listener elsewhere");
    }

    /** Accepts from now on, first of all whoever waits already. */
    void accept() {
        channels.forEach(channel -> channel.config().setAutoRead(true));
    }

    /** Whether clients that come from now on speak first and get an answer, see {@link FewerSegments}. Before {@link #accept} or later. */
    void acknowledgeByAnswer(boolean byAnswer) {
        for (Channel channel : channels) {
            try {
                FewerSegments.acknowledgeByAnswer(channel, byAnswer);
            } catch (ChannelException e) {
                LOG.debug(
                        "this listener's clients are acknowledged at once", e); // a segment more for each, nothing else
            }
        }
    }

    /** Where it listens; the port is the real one if 0 was asked for. */
    InetSocketAddress address() {
        return address;
    }

    /** Stops accepting; established connections stay. */
    @Override
    public void close() {
        for (Channel channel : channels) {
            if (channel.isRegistered()) {
                channel.close().awaitUninterruptibly(DEADLINE_MILLIS);
            } else {
                channel.unsafe().closeForcibly();
            }
        }
    }
}
