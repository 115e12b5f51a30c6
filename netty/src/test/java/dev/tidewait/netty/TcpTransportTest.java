package dev.tidewait.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TcpTransportTest {
    private static final int ANSWER_BYTES = 16 << 20;
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final EventLoopGroup loops = Transport.EPOLL.newGroup(1, "tcp");

    @AfterEach
    void endLoops() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** EpollIoHandler of 4.2.18 alone fails here with ENOENT and delivers what fits into the socket buffers. */
    @Test
    void shouldDeliverALargeAnswerToAPeerThatHasHalfClosed() throws IOException {
        Channel server = listen(new ChannelInboundHandlerAdapter() {
            @Override
            public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                if (event == ChannelInputShutdownReadComplete.INSTANCE) {
                    // Not at once: epoll must have been told that nothing is wanted any more.
                    ctx.executor()
                            .schedule(
                                    () -> ctx.writeAndFlush(Unpooled.directBuffer(ANSWER_BYTES)
                                                    .writeZero(ANSWER_BYTES))
                                            .addListener(sent -> ctx.close()),
                                    50,
                                    TimeUnit.MILLISECONDS)
                            .addListener(scheduled ->
                                    assertThat(scheduled.isSuccess()).isTrue());
                }
            }
        });
        try (Socket client = connect(server)) {
            client.shutdownOutput();
            assertThat(count(client.getInputStream())).isEqualTo(ANSWER_BYTES);
        }
    }

    /** EPOLLRDHUP would make the stock handler read on. */
    @Test
    void shouldNotReadWithoutAutoReadAfterTheFin() throws IOException {
        AtomicLong read = new AtomicLong();
        Channel[] accepted = new Channel[1];
        Channel server = listen(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelActive(ChannelHandlerContext ctx) {
                ctx.channel().config().setAutoRead(false);
                accepted[0] = ctx.channel();
            }

            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                io.netty.buffer.ByteBuf bytes = (io.netty.buffer.ByteBuf) message;
                read.addAndGet(bytes.readableBytes());
                bytes.release();
            }
        });
        try (Socket client = connect(server)) {
            client.getOutputStream().write(new byte[100_000]);
            client.shutdownOutput();
            await(() -> accepted[0] != null);
            // A round trip through the loop and through epoll: whatever the FIN set off has happened.
            assertThat(loops.schedule(() -> read.get(), 100, TimeUnit.MILLISECONDS)
                            .awaitUninterruptibly()
                            .getNow())
                    .isEqualTo(0L);
            accepted[0].config().setAutoRead(true);
            await(() -> read.get() == 100_000);
        }
    }

    private Channel listen(ChannelInboundHandlerAdapter handler) {
        return new ServerBootstrap()
                .group(loops)
                .channel(Transport.EPOLL.serverChannel())
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(handler)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    private static Socket connect(Channel server) throws IOException {
        Socket socket = new Socket();
        socket.connect(server.localAddress());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static long count(InputStream in) throws IOException {
        byte[] block = new byte[64 * 1024];
        long total = 0;
        for (int count = in.read(block); count >= 0; count = in.read(block)) {
            total += count;
        }
        return total;
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
