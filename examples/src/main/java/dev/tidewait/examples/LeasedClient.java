package dev.tidewait.examples;

import dev.tidewait.netty.ConnectRequest;
import dev.tidewait.netty.LeasedConnector;
import dev.tidewait.netty.OutgoingPorts;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetSocketAddress;

/** One connection for each question, as often as you like: one byte up, one byte down. Made to be copied. */
record LeasedClient(OutgoingPorts ports) {
    /** Done when both sides have closed, ours first. */
    Future<Void> ask(EventLoop loop, InetSocketAddress server) {
        Promise<Void> done = loop.newPromise();
        new LeasedConnector(ports)
                .connect(new ConnectRequest(loop, server, new Answer(done), true, 5_000, 5_000))
                .addListener(connected -> {
                    if (connected.isSuccess()) {
                        ((Channel) connected.getNow()).writeAndFlush(Unpooled.wrappedBuffer(new byte[] {'c'}));
                    } else {
                        done.setFailure(connected.cause());
                    }
                });
        return done;
    }

    private static final class Answer extends SimpleChannelInboundHandler<ByteBuf> {
        private final Promise<Void> done;
        private boolean answered;

        Answer(Promise<Void> done) {
            this.done = done;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf answer) {
            answered = true;
            ((DuplexChannel) context.channel()).shutdownOutput(); // our FIN
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) { // the server's FIN: only now close
                context.close();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            var ignored = answered ? done.setSuccess(null) : done.setFailure(new IOException("no answer"));
        }
    }
}
