package dev.tidewait.examples;

import dev.tidewait.netty.ConnectRequest;
import dev.tidewait.netty.Connector;
import dev.tidewait.netty.LeasedConnector;
import dev.tidewait.netty.OutgoingPorts;
import dev.tidewait.netty.PortSettings;
import dev.tidewait.netty.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

/** Connects again and again, one byte up and one down each time, and never runs out of ports: HOST PORT IN-FLIGHT SECONDS. */
public final class SustainedClient {
    private final InetSocketAddress server;
    private final Connector connector;
    private final long endNanos;
    private final LongAdder served = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final CountDownLatch running;

    private SustainedClient(InetSocketAddress server, Connector connector, int inFlight, Duration duration) {
        this.server = server;
        this.connector = connector;
        this.endNanos = System.nanoTime() + duration.toNanos();
        this.running = new CountDownLatch(inFlight);
    }

    public static void main(String[] args) throws InterruptedException {
        InetSocketAddress server = new InetSocketAddress(args[0], Integer.parseInt(args[1]));
        int inFlight = Integer.parseInt(args[2]);
        Duration duration = Duration.ofSeconds(Long.parseLong(args[3]));
        EventLoopGroup loops = Transport.best().newGroup(1, "client");
        try (OutgoingPorts ports = OutgoingPorts.open(PortSettings.DEFAULT, Transport.best(), loops)) {
            SustainedClient client = new SustainedClient(server, new LeasedConnector(ports), inFlight, duration);
            for (int i = 0; i < inFlight; i++) {
                client.transact(loops.next());
            }
            client.running.await();
            System.out.printf(
                    "{\"served\":%d,\"failed\":%d,\"seconds\":%d}%n",
                    client.served.sum(), client.failed.sum(), duration.toSeconds());
            loops.shutdownGracefully().sync();
        }
    }

    private void transact(EventLoop loop) {
        if (System.nanoTime() >= endNanos) {
            running.countDown();
            return;
        }
        connector
                .connect(new ConnectRequest(loop, server, new Transaction(), true, 5_000, 5_000))
                .addListener(done -> {
                    if (done.isSuccess()) {
                        Channel channel = (Channel) done.getNow();
                        channel.closeFuture().addListener(closed -> transact(loop));
                        channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {'c'}));
                    } else {
                        failed.increment();
                        transact(loop);
                    }
                });
    }

    /** Closes first, as soon as the answer is there, and waits for the server's FIN. */
    private final class Transaction extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf answer) {
            served.increment();
            ((DuplexChannel) context.channel()).shutdownOutput();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                context.close();
            }
        }
    }
}
