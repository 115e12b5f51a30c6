package dev.tidewait.proxy;

import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The event loops and the kind of sockets on them. Any thread.
 *
 * <p>Opening one proves it: a connection is made over loopback and one byte goes through, because natives of another version than the
 * classes load without complaint and fail at the first connect.
 */
public final class Transport implements AutoCloseable {
    /** How the event loops talk to the kernel. */
    public enum Kind {
        /** The default on Linux. */
        EPOLL,
        /** On request only, until it wins. */
        IO_URING,
        /** Where nothing else works; knows nothing of TIME_WAIT. */
        NIO
    }

    private static final int MAX_LOOPS = 1024;
    private static final long CLOSE_SECONDS = 5;

    private final Kind kind;
    private final String note;
    private final EventLoopGroup group;
    private final List<EventLoop> loops;

    private Transport(Kind kind, String note, EventLoopGroup group) {
        this.kind = kind;
        this.note = note;
        this.group = group;
        List<EventLoop> all = new ArrayList<>();
        group.forEach(executor -> all.add((EventLoop) executor));
        this.loops = List.copyOf(all);
    }

    /**
     * Opens epoll, or NIO where epoll does not work; then {@link #note()} says why.
     *
     * @param loopCount event loops, one thread each; 1 to 1,024
     * @throws IOException not even NIO works
     */
    public static Transport open(int loopCount) throws IOException {
        try {
            return open(Kind.EPOLL, loopCount);
        } catch (IOException noEpoll) {
            return open(
                    Kind.NIO,
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
    public static Transport open(Kind kind, int loopCount) throws IOException {
        return open(kind, loopCount, kind.name().toLowerCase(java.util.Locale.ROOT));
    }

    private static Transport open(Kind kind, int loopCount, String note) throws IOException {
        if (loopCount < 1 || loopCount > MAX_LOOPS) {
            throw new IllegalArgumentException(loopCount + " event loops; give 1 to " + MAX_LOOPS);
        }
        Throwable unavailable = unavailabilityCause(kind);
        if (unavailable != null) {
            throw new IOException(kind + " is not available: " + rootMessage(unavailable), unavailable);
        }
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(
                loopCount, new DefaultThreadFactory("tidewait-loop", true), handlerFactory(kind));
        Transport transport =
                new Transport(kind, note + ", " + loopCount + (loopCount == 1 ? " event loop" : " event loops"), group);
        try {
            TransportCheck.run(transport);
            return transport;
        } catch (IOException | RuntimeException failed) {
            transport.close();
            throw new IOException(kind + " failed its start-up test: " + rootMessage(failed), failed);
        }
    }

    private static @Nullable Throwable unavailabilityCause(Kind kind) {
        return switch (kind) {
            case EPOLL -> Epoll.unavailabilityCause();
            case IO_URING -> IoUring.unavailabilityCause();
            case NIO -> null;
        };
    }

    private static IoHandlerFactory handlerFactory(Kind kind) {
        return switch (kind) {
            case EPOLL -> CoalescingEpoll.newFactory();
            case IO_URING -> IoUringIoHandler.newFactory();
            case NIO -> NioIoHandler.newFactory();
        };
    }

    private static String rootMessage(Throwable failed) {
        Throwable root = failed;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }

    public Kind kind() {
        return kind;
    }

    /** What runs and, where it is not what one would expect, why; for the log. */
    public String note() {
        return note;
    }

    public EventLoopGroup group() {
        return group;
    }

    public List<EventLoop> loops() {
        return loops;
    }

    /** Makes the outgoing channels that fit these event loops. */
    public ChannelFactory<? extends SocketChannel> socketChannels() {
        return switch (kind) {
            case EPOLL -> EpollSocketChannel::new;
            case IO_URING -> IoUringSocketChannel::new;
            case NIO -> NioSocketChannel::new;
        };
    }

    ServerChannel newServerChannel() {
        return switch (kind) {
            case EPOLL -> new EpollServerSocketChannel();
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
