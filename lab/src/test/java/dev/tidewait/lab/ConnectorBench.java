package dev.tidewait.lab;

import dev.tidewait.netty.ConnectRequest;
import dev.tidewait.netty.ConnectionListener;
import dev.tidewait.netty.LeasedConnection;
import dev.tidewait.netty.LeasedConnector;
import dev.tidewait.netty.OutgoingPorts;
import dev.tidewait.netty.PortSettings;
import dev.tidewait.netty.Transport;
import dev.tidewait.ports.Ending;
import dev.tidewait.ports.Floors;
import dev.tidewait.ports.PoolSnapshot;
import dev.tidewait.ports.PortSet;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The connector alone, in this process but in a topology's proxy namespace. */
final class ConnectorBench implements AutoCloseable {
    private static final long DEADLINE_SECONDS = 30;

    private final EventLoopGroup loops;
    private final OutgoingPorts ports;
    private final LeasedConnector connector;
    private final BlockingQueue<Ending> endings = new LinkedBlockingQueue<>();

    private ConnectorBench(EventLoopGroup loops, OutgoingPorts ports) {
        this.loops = loops;
        this.ports = ports;
        this.connector = new LeasedConnector(ports);
        ports.listen(new ConnectionListener() {
            @Override
            public void closed(LeasedConnection connection, Ending ending, long releasedMillis) {
                endings.add(ending);
            }
        });
    }

    /** Threads are born in the namespace of the thread that starts them, so the event loop has to be started inside. */
    static ConnectorBench open(Topology topology, PortSet ports, Floors floors) {
        return topology.proxy().call(() -> {
            EventLoopGroup loops = Transport.EPOLL.newGroup(1, "bench");
            loops.submit(() -> {}).sync();
            PortSettings settings =
                    new PortSettings(Optional.of(ports), List.of(), floors, List.of(), false, 1_000, 1_000);
            return new ConnectorBench(loops, OutgoingPorts.open(settings, Transport.EPOLL, loops));
        });
    }

    Future<Channel> connect(InetSocketAddress to, long portWaitMillis) {
        return connector.connect(new ConnectRequest(loops.next(), to, new OneByte(), true, portWaitMillis, 10_000));
    }

    /** Connects, asks for the ending of the request byte, and waits until the connection is over. */
    LeasedConnection exchange(InetSocketAddress to, CloseOrder order) throws InterruptedException {
        Future<Channel> connected = connect(to, 20_000);
        if (!connected.await(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("no connection to " + to + " within " + DEADLINE_SECONDS + " s");
        }
        Channel channel = connected.sync().getNow();
        channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {(byte) order.letter()}));
        if (!channel.closeFuture().await(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the connection to " + to + " did not end");
        }
        return channel.attr(LeasedConnection.KEY).get();
    }

    Ending nextEnding() throws InterruptedException {
        Ending ending = endings.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        if (ending == null) {
            throw new AssertionError("no connection ended");
        }
        return ending;
    }

    PoolSnapshot snapshot(InetSocketAddress to) {
        long now = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
        return ports.ledgers().snapshots(now).stream()
                .filter(pool -> pool.destination().port() == to.getPort())
                .findFirst()
                .orElseThrow();
    }

    OutgoingPorts ports() {
        return ports;
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
        ports.close();
    }

    /** Closes its side after the answer, or after the other side did. */
    private static final class OneByte extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf answer) {
            ((DuplexChannel) context.channel()).shutdownOutput();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                context.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!(cause instanceof IOException)) {
                throw new AssertionError(cause);
            }
        }
    }
}
