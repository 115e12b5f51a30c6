package dev.tidewait.netty;

import dev.tidewait.netty.tcp.TcpChannel;
import dev.tidewait.netty.tcp.TcpServerChannel;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.UnixChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * What moves the bytes. Immutable.
 *
 * <p>{@link #NIO} works everywhere but shows no descriptor: nothing is known of a connection's timestamps and bytes, so every
 * four-tuple cools for at least the unknown row's floor; for the kernel's 60 s where we closed first, because without the socket's cookie
 * its TIME_WAIT cannot be told from another and is never destroyed.
 */
public enum Transport {
    EPOLL,
    IO_URING,
    NIO;

    /** The best one that works here. */
    public static Transport best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    /** Why this transport does not work here; empty if it does. */
    public String unavailability() {
        Throwable cause = switch (this) {
            case EPOLL -> Epoll.unavailabilityCause();
            case IO_URING -> IoUring.unavailabilityCause();
            case NIO -> null;
        };
        return cause == null ? "" : cause.toString();
    }

    /** An event loop group of {@code loops} threads called {@code name-N}. */
    public EventLoopGroup newGroup(int loops, String name) {
        IoHandlerFactory handlers = switch (this) {
            case EPOLL -> EpollIoHandler.newFactory();
            case IO_URING -> IoUringIoHandler.newFactory();
            case NIO -> NioIoHandler.newFactory();
        };
        return new MultiThreadIoEventLoopGroup(loops, new DefaultThreadFactory(name, false), handlers);
    }

    public Class<? extends ServerChannel> serverChannel() {
        return switch (this) {
            case EPOLL -> TcpServerChannel.class;
            case IO_URING -> IoUringServerSocketChannel.class;
            case NIO -> NioServerSocketChannel.class;
        };
    }

    /** A connection to be opened; on epoll of the destination's own family: an IPv4 socket binds and is looked up as IPv4. The others choose it themselves. */
    public DuplexChannel newChannel(InetAddress destination) {
        SocketProtocolFamily family =
                destination instanceof Inet4Address ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
        return switch (this) {
            case EPOLL -> new TcpChannel(family);
            case IO_URING -> new IoUringSocketChannel();
            case NIO -> new NioSocketChannel();
        };
    }

    /** The file descriptor behind {@code channel}; −1 if the transport hides it or it is closed. */
    static int descriptor(Channel channel) {
        return channel instanceof UnixChannel unix && unix.fd().isOpen()
                ? unix.fd().intValue()
                : -1;
    }
}
