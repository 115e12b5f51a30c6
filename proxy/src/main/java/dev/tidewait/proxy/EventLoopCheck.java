package dev.tidewait.proxy;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** One byte over loopback through {@link EventLoops}: do their classes and natives fit each other and this kernel? Stateless. */
final class EventLoopCheck {
    private static final long DEADLINE_SECONDS = 5;

    private EventLoopCheck() {}

    /** @throws IOException it does not work, or not within 5 s */
    static void run(EventLoops loops) throws IOException {
        EventLoop loop = loops.all().getFirst();
        Promise<Byte> arrived = loop.newPromise();
        Channel server = loops.newServerChannel();
        server.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object accepted) {
                Channel child = (Channel) accepted;
                child.pipeline().addLast(new Reader(arrived));
                ctx.channel().eventLoop().register(child).addListener(registered -> {
                    if (!registered.isSuccess()) {
                        arrived.tryFailure(registered.cause());
                    }
                });
            }
        });
        await(loop.register(server));
        try {
            await(server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
            InetSocketAddress address = (InetSocketAddress) server.localAddress();
            ChannelFuture connecting = new Bootstrap()
                    .group(loop)
                    .channelFactory(() -> loops.transport().newChannel(address.getAddress()))
                    .option(ChannelOption.SO_LINGER, 0) // an RST leaves no TIME_WAIT
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect(address);
            Channel client = connecting.channel();
            try {
                await(connecting);
                await(client.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {1})));
                await(arrived);
            } finally {
                client.close().awaitUninterruptibly(DEADLINE_SECONDS, TimeUnit.SECONDS);
            }
        } finally {
            server.close().awaitUninterruptibly(DEADLINE_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static void await(Future<?> future) throws IOException {
        if (!future.awaitUninterruptibly(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("no answer within " + DEADLINE_SECONDS + " s");
        }
        Throwable cause = future.cause();
        if (cause != null) {
            throw new IOException(cause);
        }
    }

    private static final class Reader extends ChannelInboundHandlerAdapter {
        private final Promise<Byte> arrived;

        Reader(Promise<Byte> arrived) {
            this.arrived = arrived;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            arrived.trySuccess(bytes.readByte());
            bytes.release();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            arrived.tryFailure(cause);
        }
    }
}
