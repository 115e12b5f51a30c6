package dev.tidewait.proxy;

import dev.tidewait.proxy.facts.ExchangeFacts;
import dev.tidewait.proxy.failure.EndCause;
import dev.tidewait.proxy.failure.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import org.jspecify.annotations.Nullable;

/**
 * A client that is told why it is not served, in the words of its protocol or by a FIN alone, and gets a moment to read that. Owned by one event
 * loop.
 *
 * <p>What it sends is thrown away and not left unread: closing over unread bytes sends RST, which would overtake the answer.
 */
final class RefusedClient extends RosterMember {
    private final Listener listener;
    private final Roster roster;
    private final Failure failure;
    private final ExchangeFacts facts;
    private @Nullable Channel channel;
    private long bytesUp;

    RefusedClient(Listener listener, Roster roster, Failure failure) {
        this.listener = listener;
        this.roster = roster;
        this.failure = failure;
        this.facts = new ExchangeFacts(roster.accessLog(), listener.settings().name());
    }

    ChannelHandler handler() {
        return new Handler();
    }

    private void opened(Channel opened) {
        channel = opened;
        facts.began(listener.kind(), opened.remoteAddress());
        facts.failed(failure);
        roster.add(this);
        listener.metrics().accepted();
        deadlineTick = roster.deadline(roster.ticks().linger());
        ByteBuf answer = listener.refusal(failure);
        if (!answer.isReadable() || roster.isClosed()) {
            answer.release();
            close();
            return;
        }
        facts.told(failure.error().status());
        opened.writeAndFlush(answer).addListener((ChannelFutureListener) written -> {
            if (written.isSuccess()) {
                ((DuplexChannel) opened).shutdownOutput();
            } else {
                close();
            }
        });
    }

    private void closed() {
        deadlineTick = Roster.NEVER;
        roster.remove(this);
        listener.metrics().ended(failure.error().endCause(), bytesUp, 0, facts.durationNanos());
        facts.ended(failure.error().endCause(), bytesUp, 0);
    }

    private void close() {
        Channel open = channel;
        if (open != null) {
            open.close();
        }
    }

    @Override
    void deadlinePassed() {
        deadlineTick = Roster.NEVER;
        close();
    }

    @Override
    void drainBegins() {
        close();
    }

    @Override
    void abort(EndCause cause) {
        Channel open = channel;
        if (open != null && open.isOpen()) {
            open.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        close();
    }

    private final class Handler extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            opened(ctx.channel());
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf unwanted = (ByteBuf) message;
            bytesUp += unwanted.readableBytes();
            unwanted.release();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable gone) {
            close();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            closed();
        }
    }
}
