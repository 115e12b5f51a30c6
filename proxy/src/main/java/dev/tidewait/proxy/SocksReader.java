package dev.tidewait.proxy;

import dev.tidewait.proxy.socks5.Greeting;
import dev.tidewait.proxy.socks5.Reading;
import dev.tidewait.proxy.socks5.SocksRequest;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Collects greeting and request in front of the client's {@link RelaySide}, then leaves the pipeline. Owned by the exchange's event loop.
 *
 * <p>A client may send its messages without awaiting the answers, and cut as it likes. Memory is bounded by the longest message plus one
 * read. What follows the request belongs to the tunnel.
 */
final class SocksReader extends ChannelInboundHandlerAdapter {
    private final SocksListener listener;
    private final Exchange exchange;
    private @Nullable ByteBuf collected;
    private boolean greeted;

    SocksReader(SocksListener listener, Exchange exchange) {
        this.listener = listener;
        this.exchange = exchange;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (exchange.isAnswered()) {
            ctx.fireChannelRead(bytes);
            return;
        }
        exchange.client.readAhead(bytes.readableBytes());
        ByteBuf all = bytes;
        ByteBuf before = collected;
        if (before == null) {
            collected = all;
        } else {
            all = before.writeBytes(bytes);
            bytes.release();
        }
        if (greeted || greet(all)) {
            request(ctx, all);
        }
    }

    /** Whether the request may follow. */
    private boolean greet(ByteBuf all) {
        switch (Greeting.read(all)) {
            case Reading.Partial<Greeting> partial -> {}
            case Reading.Unfit<Greeting> unfit -> refuse(unfit);
            case Reading.Whole<Greeting> whole -> {
                all.skipBytes(whole.byteCount());
                greeted = listener.greeted(exchange, whole.message());
                if (!greeted) {
                    release();
                }
            }
        }
        return greeted;
    }

    private void request(ChannelHandlerContext ctx, ByteBuf all) {
        switch (SocksRequest.read(all)) {
            case Reading.Partial<SocksRequest> partial -> {}
            case Reading.Unfit<SocksRequest> unfit -> refuse(unfit);
            case Reading.Whole<SocksRequest> whole -> {
                all.skipBytes(whole.byteCount());
                collected = null;
                exchange.client.readAhead(-all.readableBytes());
                if (all.isReadable()) {
                    ctx.fireChannelRead(all);
                } else {
                    all.release();
                }
                ctx.pipeline().remove(this);
                listener.requested(exchange, whole.message().target());
            }
        }
    }

    private void refuse(Reading.Unfit<?> unfit) {
        release();
        listener.unfit(exchange, unfit.answer(), unfit.text());
    }

    private void release() {
        ByteBuf bytes = collected;
        if (bytes != null) {
            collected = null;
            bytes.release();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        release();
    }
}
