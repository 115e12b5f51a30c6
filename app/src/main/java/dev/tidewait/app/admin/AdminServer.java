package dev.tidewait.app.admin;

import dev.tidewait.linux.AdminName;
import dev.tidewait.proxy.ListenFailedException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A small HTTP server for machines and the operator. Any thread may start and stop it.
 *
 * <p>Bounded in everything: {@value #MOST_CONNECTIONS} connections, {@value #MOST_QUEUED} requests for pages and as many for actions in line,
 * {@value #LONGEST_LINE} bytes of request line, {@value #LARGEST_HEAD} bytes of headers, no request bodies, {@value #SILENCE_SECONDS} s of silence.
 * Pages are written on a thread of their own, so that a long one never delays the proxy's event loops, which only move its bytes; actions have
 * another one, so that whoever watches the proxy is answered while one of them takes its time.
 */
public final class AdminServer implements AutoCloseable {
    static final int MOST_CONNECTIONS = 64;
    static final int MOST_QUEUED = 16;
    private static final int LONGEST_LINE = 2_048;
    private static final int LARGEST_HEAD = 8_192;
    private static final int LARGEST_CHUNK = 4_096;
    private static final int SILENCE_SECONDS = 60;
    private static final long CLOSE_SECONDS = 2;

    private final Channel listener;
    private final ChannelGroup connections;
    private final ExecutorService writer;
    private final ExecutorService actor;
    /** By which the doctor finds it; empty if it could not be published. */
    private final Optional<AdminName> name;

    private AdminServer(Channel listener, ChannelGroup connections, ExecutorService writer, ExecutorService actor) {
        this.listener = listener;
        this.connections = connections;
        this.writer = writer;
        this.actor = actor;
        this.name = AdminName.publish(address());
    }

    /**
     * Binds, serves, and publishes where, in the calling thread's network namespace.
     *
     * @param remote whether programs on other hosts may call it by any name; otherwise see {@link HostRule}
     * @param pages by path, for GET and HEAD; everything else is answered with 404 and the list of paths
     * @param actions by path, for POST
     * @throws BindException if the address cannot be had; the message says why and what to do
     */
    public static AdminServer start(
            EventLoopGroup loops,
            Class<? extends ServerChannel> channelType,
            InetSocketAddress bind,
            boolean remote,
            Map<String, Page> pages,
            Map<String, Page> actions)
            throws BindException {
        ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        ExecutorService writer = thread("tidewait-admin");
        ExecutorService actor = thread("tidewait-admin-action");
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(channelType)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (connections.size() >= MOST_CONNECTIONS) {
                            channel.close();
                            return;
                        }
                        connections.add(channel);
                        channel.pipeline()
                                .addLast(new ReadTimeoutHandler(SILENCE_SECONDS))
                                .addLast(new HttpServerCodec(LONGEST_LINE, LARGEST_HEAD, LARGEST_CHUNK))
                                .addLast(new HttpServerKeepAliveHandler())
                                .addLast(new AdminHandler(pages, actions, remote, writer, actor));
                    }
                })
                .bind(bind)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            writer.shutdownNow();
            actor.shutdownNow();
            throw ListenFailedException.of(
                    "the admin endpoint", bind, bound.cause(), "choose another admin.bind, or admin: off");
        }
        return new AdminServer(bound.channel(), connections, writer, actor);
    }

    /** Where it listens; the real port if 0 was asked for. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /** Ends every connection. */
    @Override
    public void close() {
        name.ifPresent(AdminName::close);
        listener.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        writer.shutdownNow();
        actor.shutdownNow();
        connections.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    private static ExecutorService thread(String name) {
        return new ThreadPoolExecutor(
                0,
                1,
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MOST_QUEUED),
                Thread.ofPlatform().daemon().name(name).factory());
    }
}
