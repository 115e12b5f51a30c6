package dev.tidewait.proxy;

import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Collects a request head in front of the client's {@link RelaySide}, then leaves the pipeline. Owned by the exchange's event loop.
 *
 * <p>It looks at each byte once. Lines end in CRLF and nothing else; NUL never occurs; one empty line may come first (RFC 9112,
 * section 2.2). Memory is bounded by the limit of the listener plus one read. What follows the head belongs to the tunnel.
 */
final class ConnectReader extends ChannelInboundHandlerAdapter {
    private static final int TLS_HANDSHAKE = 0x16;
    private static final int SOCKS4 = 4;
    private static final int SOCKS5 = 5;

    private final HttpProxyListener listener;
    private final Exchange exchange;
    private final int maxHeadBytes;
    private @Nullable ByteBuf collected;
    private int lineStart;
    private int headStart;

    ConnectReader(HttpProxyListener listener, Exchange exchange, int maxHeadBytes) {
        this.listener = listener;
        this.exchange = exchange;
        this.maxHeadBytes = maxHeadBytes;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (exchange.isAnswered()) {
            ctx.fireChannelRead(bytes);
            return;
        }
        int from = 0;
        ByteBuf all = bytes;
        ByteBuf before = collected;
        if (before == null) {
            collected = all;
        } else {
            from = before.readableBytes();
            all = before.writeBytes(bytes);
            bytes.release();
        }
        exchange.client.readAhead(all.readableBytes() - from);
        scan(ctx, all, from);
    }

    private void scan(ChannelHandlerContext ctx, ByteBuf all, int from) {
        int end = Math.min(all.readableBytes(), maxHeadBytes);
        for (int i = from; i < end; i++) {
            byte b = all.getByte(all.readerIndex() + i);
            if (i == 0 && b != '\r' && !RequestHead.isTokenChar(b)) {
                refuse(ProxyError.BAD_REQUEST, notHttp(b));
                return;
            }
            boolean behindCr = i > 0 && all.getByte(all.readerIndex() + i - 1) == '\r';
            if (b == 0 || (b == '\n') != behindCr) {
                refuse(
                        ProxyError.BAD_REQUEST,
                        b == 0
                                ? "There is a NUL byte in the request head."
                                : "A line of the request head does not end in CRLF.");
                return;
            }
            if (b == '\n') {
                boolean isEmpty = i - lineStart == 1;
                if (isEmpty && lineStart > headStart) {
                    headComplete(ctx, all, i + 1);
                    return;
                }
                if (isEmpty && headStart > 0) {
                    refuse(ProxyError.BAD_REQUEST, "The request begins with more than one empty line.");
                    return;
                }
                lineStart = i + 1;
                headStart = isEmpty ? lineStart : headStart;
            }
        }
        if (end == maxHeadBytes) {
            refuse(
                    ProxyError.HEAD_TOO_LARGE,
                    "The request head is longer than " + maxHeadBytes + " bytes. Send fewer or shorter header fields.");
        }
    }

    private void headComplete(ChannelHandlerContext ctx, ByteBuf all, int headEnd) {
        String head = all.toString(all.readerIndex() + headStart, headEnd - 4 - headStart, StandardCharsets.ISO_8859_1);
        all.skipBytes(headEnd);
        collected = null;
        exchange.client.readAhead(-all.readableBytes());
        if (all.isReadable()) {
            ctx.fireChannelRead(all);
        } else {
            all.release();
        }
        ctx.pipeline().remove(this);
        listener.requested(exchange, RequestHead.parse(head));
    }

    private void refuse(ProxyError error, String text) {
        release();
        exchange.fail(new Failure(error, text));
    }

    private static String notHttp(byte first) {
        return switch (first) {
            case TLS_HANDSHAKE ->
                "This is a TLS handshake, but the proxy itself speaks plain HTTP. Write http:// in front of"
                        + " the proxy's address.";
            case SOCKS4, SOCKS5 -> "This is SOCKS, but this listener speaks HTTP. Set it as an HTTP proxy.";
            default -> "This is not an HTTP request.";
        };
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
