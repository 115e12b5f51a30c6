package dev.tidewait.proxy;

import dev.tidewait.proxy.socks5.Greeting;
import dev.tidewait.proxy.socks5.Method;
import dev.tidewait.proxy.socks5.PasswordRequest;
import dev.tidewait.proxy.socks5.Reading;
import dev.tidewait.proxy.socks5.SocksRequest;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Collects greeting and request in front of the client's {@link Wire}, then leaves the pipeline. Owned by the exchange's event loop.
 *
 * <p>A client may send its messages without awaiting the answers, and cut as it likes. Memory is bounded by the longest message plus one
 * read, and by 64 KiB while a password is checked. What follows the request belongs to the tunnel.
 */
final class SocksReader extends ChannelInboundHandlerAdapter {
    /** What comes next. */
    private enum Stage {
        GREETING,
        PASSWORD,
        /** Nothing, until the password was checked. */
        LOGIN,
        REQUEST
    }

    /** What a client may send while its password is checked; a read can come on top. */
    private static final int MOST_AHEAD_BYTES = 65_536;

    private final SocksListener listener;
    private final Exchange exchange;
    private @Nullable ByteBuf collected;
    private Stage stage = Stage.GREETING;

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
        advance(ctx);
    }

    /** Reads one message after the other, as far as they have come. */
    private void advance(ChannelHandlerContext ctx) {
        ByteBuf all = collected;
        if (all == null) {
            return;
        }
        switch (stage) {
            case GREETING -> greeting(ctx, all);
            case PASSWORD -> password(ctx, all);
            case LOGIN -> {
                if (all.readableBytes() > MOST_AHEAD_BYTES) {
                    exchange.client.pause();
                }
            }
            case REQUEST -> request(ctx, all);
        }
    }

    private void greeting(ChannelHandlerContext ctx, ByteBuf all) {
        switch (Greeting.read(all)) {
            case Reading.Partial<Greeting> partial -> {}
            case Reading.Unfit<Greeting> unfit -> refuse(unfit);
            case Reading.Whole<Greeting> whole -> {
                all.skipBytes(whole.byteCount());
                listener.greeted(exchange, whole.message())
                        .ifPresentOrElse(
                                method -> {
                                    stage = method == Method.PASSWORD ? Stage.PASSWORD : Stage.REQUEST;
                                    advance(ctx);
                                },
                                this::release);
            }
        }
    }

    private void password(ChannelHandlerContext ctx, ByteBuf all) {
        switch (PasswordRequest.read(all)) {
            case Reading.Partial<PasswordRequest> partial -> {}
            case Reading.Unfit<PasswordRequest> unfit -> refuse(unfit);
            case Reading.Whole<PasswordRequest> whole -> {
                all.skipBytes(whole.byteCount());
                stage = Stage.LOGIN;
                listener.passwordGiven(exchange, whole.message(), () -> {
                    stage = Stage.REQUEST;
                    exchange.client.resume();
                    advance(ctx);
                });
            }
        }
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
