package dev.tidewait.proxy;

import dev.tidewait.netty.Transport;
import dev.tidewait.netty.tcp.TcpServerChannel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The event loops of a proxy, all of one {@link Transport}. Any thread.
 *
 * <p>Opening one proves it: a connection is made over loopback and one byte goes through, because natives of another version than the
 * classes load without complaint and fail at the first connect.
 */
public final class EventLoops implements AutoCloseable {
    private static final int MAX_LOOPS = 1024;
    private static final long CLOSE_SECONDS = 5;

    private final Transport transport;
    private final String note;
    private final EventLoopGroup group;
    private final List<EventLoop> all;

    private EventLoops(Transport transport, String note, EventLoopGroup group) {
        this.transport = transport;
        this.note = note;
        this.group = group;
        List<EventLoop> members = new ArrayList<>();
        group.forEach(executor -> members.add((EventLoop) executor));
        this.all = List.copyOf(members);
    }

    /**
     * Opens epoll, or NIO where epoll does not work; then {@link #note()} says why.
     *
     * @param loopCount event loops, one thread each; 1 to 1,024
     * @throws IOException not even NIO works
     */
    public static EventLoops open(int loopCount) throws IOException {
        try {
            return open(Transport.EPOLL, loopCount);
        } catch (IOException noEpoll) {
            return open(
                    Transport.NIO,
                    loopCount,
                    "NIO, slower and without facts about closed connections, because " + noEpoll.getMessage());
        }
    }

    /**
     * Opens exactly this kind.
     *
     * @param loopCount event loops, one thread each; 1 to 1,024
     * @throws IOException it does not work here; the message says why
     */
    public static EventLoops open(Transport transport, int loopCount) throws IOException {
        return open(transport, loopCount, transport.name().toLowerCase(Locale.ROOT));
    }

    private static EventLoops open(Transport transport, int loopCount, String note) throws IOException {
        if (loopCount < 1 || loopCount > MAX_LOOPS) {
            throw new IllegalArgumentException(loopCount + " event loops; give 1 to " + MAX_LOOPS);
        }
        String unavailability = transport.unavailability();
        if (!unavailability.isEmpty()) {
            throw new IOException(transport + " is not available: " + unavailability);
        }
        EventLoops loops = new EventLoops(
                transport,
                note + ", " + loopCount + (loopCount == 1 ? " event loop" : " event loops"),
                transport.newGroup(loopCount, "tidewait-loop"));
        try {
            EventLoopCheck.run(loops);
            return loops;
        } catch (IOException | RuntimeException failed) {
            loops.close();
            throw new IOException(transport + " failed its start-up test: " + rootMessage(failed), failed);
        }
    }

    private static String rootMessage(Throwable failed) {
        Throwable root = failed;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }

    public Transport transport() {
        return transport;
    }

    /** What runs and, where it is not what one would expect, why; for the log. */
    public String note() {
        return note;
    }

    public EventLoopGroup group() {
        return group;
    }

    public List<EventLoop> all() {
        return all;
    }

    /** For Netty's name resolver, which asks for this type. */
    ChannelFactory<? extends SocketChannel> socketChannels() {
        return switch (transport) {
            case EPOLL -> EpollSocketChannel::new;
            case IO_URING -> IoUringSocketChannel::new;
            case NIO -> NioSocketChannel::new;
        };
    }

    ChannelFactory<? extends DatagramChannel> datagramChannels() {
        return switch (transport) {
            case EPOLL -> EpollDatagramChannel::new;
            case IO_URING -> IoUringDatagramChannel::new;
            case NIO -> NioDatagramChannel::new;
        };
    }

    ServerChannel newServerChannel() {
        return switch (transport) {
            case EPOLL -> new TcpServerChannel();
            case IO_URING -> new IoUringServerSocketChannel();
            case NIO -> new NioServerSocketChannel();
        };
    }

    /** Ends the loops and everything on them; waits at most 5 s. */
    @Override
    public void close() {
        group.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
