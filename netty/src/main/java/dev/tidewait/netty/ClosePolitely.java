package dev.tidewait.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Ends a connection that nobody uses: sends FIN, waits for the peer's, and resets what has not ended by then. Owned by the channel's
 * event loop.
 */
final class ClosePolitely extends ChannelInboundHandlerAdapter {
    private static final long PATIENCE_SECONDS = 5;

    /** Nobody wants this connection any more (another four-tuple answered first, or the request was cancelled): FIN, then RST. */
    static void end(Channel channel) {
        channel.pipeline().addLast(new ClosePolitely());
        channel.config().setAutoRead(true);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ((DuplexChannel) context.channel()).shutdownOutput();
        context.executor()
                .schedule(
                        () -> {
                            if (context.channel().isOpen()) {
                                context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
                                context.channel().close();
                            }
                        },
                        PATIENCE_SECONDS,
                        TimeUnit.SECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object unwanted) {
        ReferenceCountUtil.release(unwanted);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            context.channel().close();
        }
    }
}
