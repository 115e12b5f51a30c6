package dev.tidewait.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One of the two ends of a relay: reads its channel and writes to the other side's. Owned by the exchange's event loop.
 *
 * <p><b>Bytes.</b> What is read is written to the other channel at once and flushed when the read burst ends. Memory for one
 * direction is bounded: 256 KiB of unsent bytes stop the reading, 64 KiB start it again, and one read (at most 64 KiB) can
 * come on top. Before the server connection is open up to 64 KiB (and one read) are held.
 *
 * <p><b>FIN.</b> The end of one channel's input ends the other channel's output, after everything read before was sent. (Netty drops
 * unsent bytes at {@code shutdownOutput()}, so that has to be awaited.) A channel whose both directions have ended is closed at once.
 *
 * <p><b>RST.</b> A read error resets the other channel. A write error is one of two things: ECONNRESET means that the peer sent RST, and
 * what it sent before is still read and relayed, as long as the other side takes it, before the RST is passed on; EPIPE means that the peer
 * had closed in good order before it refused our bytes, so its bytes and its FIN are passed on and the other side's further bytes are thrown
 * away. (So a server that answers "too large" and closes while the client still sends is heard.)
 */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes come back as exceptionCaught, closing cannot fail
final class RelaySide extends ChannelInboundHandlerAdapter {
    /** Bytes not yet taken by the kernel at which reading from the other side starts and stops. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 * 1024, 256 * 1024);

    /** One read can come on top of the upper mark. */
    static final int MOST_UNSENT_BYTES = 256 * 1024 + 64 * 1024;

    private final Exchange exchange;
    private final boolean isClient;
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable Channel channel;
    private final EarlyBytes early = new EarlyBytes();
    private long bytesRead;
    private boolean open;
    private boolean paused;
    private boolean unflushed;
    private boolean inputEnded;
    /** The output shall end, or has. */
    private boolean outputEnding;

    private boolean outputEnded;
    /** A write failed because of an RST; there may still be something to read. */
    private boolean resetSeen;

    /** Not read since the last look, or longer. */
    private boolean leftUnread;

    RelaySide(Exchange exchange, boolean isClient) {
        this.exchange = exchange;
        this.isClient = isClient;
    }

    /** A connector may put it into one pipeline after the other until a connect succeeds. */
    @Override
    public boolean isSharable() {
        return true;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
        prepare(added.channel());
    }

    /** Settings that cost no system call. */
    static void prepare(Channel channel) {
        ChannelConfig config = channel.config();
        config.setWriteBufferWaterMark(WATER_MARK);
        // A failed write must not close the channel: there may be something left to read.
        config.setAutoClose(false);
        config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        if (isClient) {
            exchange.begin(active.channel());
        }
    }

    void opened(Channel connected) {
        open = true;
        channel = connected;
        if (ctx != null && !ctx.channel().equals(connected)) {
            ctx = connected.pipeline().context(this);
        }
    }

    /** Takes the place of a wire in its pipeline. */
    void adopt(Wire before, long bytesReadBefore, @Nullable ByteBuf notPassedOn) {
        Channel connected = before.channel();
        connected.pipeline().replace(before, null, this);
        opened(connected);
        bytesRead = bytesReadBefore;
        inputEnded = before.hasInputEnded();
        paused = !connected.config().isAutoRead();
        if (notPassedOn != null) {
            early.add(notPassedOn);
        }
    }

    InetSocketAddress remoteAddress() {
        return (InetSocketAddress) channel().remoteAddress();
    }

    InetSocketAddress localAddress() {
        return (InetSocketAddress) channel().localAddress();
    }

    boolean isOpen() {
        return open;
    }

    long bytesRead() {
        return bytesRead;
    }

    /** Whether the peer's FIN was seen. */
    boolean hasInputEnded() {
        return inputEnded;
    }

    /** Counts bytes that a parser took before they came here. */
    void readAhead(int byteCount) {
        bytesRead += byteCount;
    }

    RelaySide other() {
        return isClient ? exchange.server : exchange.client;
    }

    private Channel channel() {
        return Objects.requireNonNull(channel, "not open yet");
    }

    private ChannelHandlerContext ctx() {
        return Objects.requireNonNull(ctx, "not in a pipeline yet");
    }

    // ---- bytes ----

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        bytesRead += bytes.readableBytes();
        if (exchange.isBeforeRelay()) {
            if (!early.add(bytes)) {
                pause();
            }
            return;
        }
        RelaySide to = other();
        if (!to.open || to.outputEnding) {
            bytes.release();
            return;
        }
        exchange.touch();
        to.send(bytes);
        if (!to.isWritable()) {
            to.flush();
            if (!to.isWritable()) {
                pause();
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        other().flush();
    }

    void releaseEarly() {
        early.release();
    }

    /** Both channels are open: passes on what was held, and the end if it was seen already. */
    void startRelay() {
        ByteBuf before = early.take();
        if (before != null) {
            other().send(before);
            other().flush();
        }
        if (inputEnded) {
            exchange.inputEnded(this);
            other().endOutput();
        } else if (isClient) {
            if (paused && other().isWritable()) {
                resume();
            }
        } else {
            channel().config().setAutoRead(true);
        }
    }

    /** Writes without flushing; takes over the buffer. */
    void send(ByteBuf bytes) {
        unflushed = true;
        ctx().write(bytes, ctx().voidPromise());
    }

    void flush() {
        if (unflushed) {
            unflushed = false;
            ctx().flush();
        }
    }

    /** Bytes that were written and that the kernel has not taken, with 96 bytes for each buffer they are in. */
    long unsentBytes() {
        ChannelOutboundBuffer unsent = channel().unsafe().outboundBuffer();
        return unsent == null ? 0 : unsent.totalPendingWriteBytes();
    }

    private boolean isWritable() {
        return channel().isWritable();
    }

    /** Leaves what comes unread in the kernel. */
    void pause() {
        if (!paused) {
            paused = true;
            channel().config().setAutoRead(false);
        }
    }

    void resume() {
        if (paused && open) {
            paused = false;
            leftUnread = false;
            channel().config().setAutoRead(true);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext changed) {
        if (changed.channel().isWritable() && !exchange.isBeforeRelay()) {
            other().resume();
        }
    }

    // ---- FIN ----

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputEnded();
        } else if (event == ChannelOutputShutdownEvent.INSTANCE && !outputEnding) {
            writeFailed();
        }
    }

    private void inputEnded() {
        if (inputEnded || !open) {
            return;
        }
        inputEnded = true;
        if (exchange.isAnswered()) {
            if (outputEnded) {
                close();
            }
        } else if (resetSeen) {
            other().flush();
            exchange.wasReset(this);
        } else if (exchange.isBeforeRelay()) {
            exchange.inputEndedEarly();
        } else {
            exchange.inputEnded(this);
            other().endOutput();
            if (outputEnded) {
                close();
            }
        }
    }

    /** Sends FIN once everything written so far is sent; closes instead if the peer's FIN was seen. */
    void endOutput() {
        if (outputEnding || !open) {
            return;
        }
        outputEnding = true;
        flush();
        if (unsentBytes() == 0) {
            sendFin();
        } else {
            ctx().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) sent -> {
                if (sent.isSuccess()) {
                    sendFin();
                } else if (open) {
                    writeFailed();
                }
            });
        }
    }

    private void sendFin() {
        if (!open) {
            return;
        }
        outputEnded = true;
        if (inputEnded) {
            close();
        } else {
            ((DuplexChannel) channel()).shutdownOutput(ctx().voidPromise());
        }
    }

    /** From now on the client's bytes are thrown away. */
    void discardInput() {
        releaseEarly();
        resume();
    }

    // ---- RST and the end ----

    /** Nothing can be written any more; see the class comment for what that means. */
    private void writeFailed() {
        outputEnding = true;
        outputEnded = true;
        if (inputEnded && resetSeen) {
            exchange.wasReset(this);
        } else {
            if (inputEnded) {
                close();
            } else {
                resume();
            }
            other().resume();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        if (!open || !from.channel().equals(channel)) {
            return;
        }
        if (cause instanceof ChannelOutputShutdownException failedWrite) {
            resetSeen |= !isBrokenPipe(failedWrite.getCause());
        } else if (cause instanceof NotYetConnectedException || cause instanceof ClosedChannelException) {
            // shutdown(2) of a socket that was reset, or a write behind it; the reset itself shows as a read or write
            // error.
            resetSeen = true;
        } else if (cause instanceof IOException) {
            inputEnded = true;
            other().flushIfOpen();
            exchange.wasReset(this);
        } else {
            exchange.broken(cause);
        }
    }

    /** To be called now and then: notices the RST of a peer that is not read. */
    void look() {
        if (!open || !paused) {
            return;
        }
        if (!leftUnread) {
            leftUnread = true; // a transfer that only pauses and goes on costs no system call
        } else if (resetSeen || UnheardReset.of(channel())) {
            open = false;
            channel().close(); // there is nothing left to be reset
            exchange.wasReset(this);
        }
    }

    private static boolean isBrokenPipe(@Nullable Throwable cause) {
        String message = cause == null ? null : cause.getMessage();
        return message != null && message.contains("Broken pipe");
    }

    private void flushIfOpen() {
        if (open) {
            flush();
        }
    }

    /** Closes in good order: bytes that the kernel has are still delivered. */
    void close() {
        if (open) {
            open = false;
            channel().close();
            exchange.sideClosed(this, true);
        }
    }

    /** Sends RST. */
    void abort() {
        if (open) {
            open = false;
            Channel gone = channel();
            if (gone.isOpen()) {
                gone.config().setOption(ChannelOption.SO_LINGER, 0);
            }
            gone.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext gone) {
        if (open && gone.channel().equals(channel)) {
            open = false;
            exchange.sideClosed(this, false);
        }
    }
}
