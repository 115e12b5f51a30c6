package dev.tidewait.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
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
 * One connection: tells its user what comes in, writes, and ends in good order or with RST. Owned by one event loop. What the kernel and Netty say
 * about bytes, FIN and RST is understood here and nowhere else.
 *
 * <p><b>Bytes.</b> With 256 KiB unsent it is full, with 64 KiB it is {@link User#writable} again; one read (at most 128 KiB) can come on top.
 *
 * <p><b>FIN</b> waits for everything written, because Netty drops unsent bytes at {@code shutdownOutput()}. A connection whose both directions have
 * ended is closed at once.
 *
 * <p><b>RST.</b> A read error ends the wire. A failed write does not, because what the peer sent before may still be read. ECONNRESET means that the
 * peer sent RST: the wire is lost once everything before it was read. EPIPE means that the peer had closed in good order before it refused our
 * bytes: its FIN comes behind its bytes as usual. A wire that is not read hears nothing, see {@link #look}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes come back as exceptionCaught, closing cannot fail
final class Wire extends ChannelInboundHandlerAdapter {
    /**
     * Who is told. Each method may end the wire. Nothing comes after {@link #closed} or {@link #lost}, nor after the user itself has called
     * {@link Wire#close} or {@link Wire#abort}.
     */
    interface User {
        /** A client's connection has an event loop. That a server's is open its dial has told before. */
        default void opened() {}

        /** Takes over the buffer. */
        void received(ByteBuf bytes);

        /** Nothing more is there to be read just now: time to flush. */
        void receivedAll();

        /** The peer's FIN, before ours. */
        void inputEnded();

        /** Of what was written little enough is unsent. */
        void writable();

        /** Nothing can be written any more; there may still be something to read. */
        void outputFailed();

        /** Both directions have ended in good order; may come during {@link Wire#endOutput}. */
        void closed();

        /** Ended by an RST, or by an error; or its FIN was seen and a write has failed. */
        void lost();

        /** The user itself threw: never expected. */
        void broken(Throwable cause);
    }

    /** In a pipeline. */
    static final String NAME = "wire";

    private User user;
    private @Nullable ChannelHandlerContext ctx;
    private boolean open;
    private long bytesRead;
    private boolean unflushed;
    private boolean inputEnded;
    /** The output shall end, or has. */
    private boolean outputEnding;

    private boolean outputEnded;
    /** There may still be something to read. */
    private boolean resetSeen;
    /** What comes in may wait for our next segment to be acknowledged. */
    private boolean acknowledgesByAnswer;
    /** Not read since the last look, or longer. */
    private boolean leftUnread;

    Wire(User user) {
        this(user, false);
    }

    /** @param acknowledgesByAnswer whether the socket was told so, see {@link FewerSegments} */
    Wire(User user, boolean acknowledgesByAnswer) {
        this.user = user;
        this.acknowledgesByAnswer = acknowledgesByAnswer;
    }

    /** Known without Netty's look into a map of classes. */
    @Override
    public boolean isSharable() {
        return false;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
        WireSettings.apply(added.channel());
        open = added.channel().isActive();
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        open = true;
        user.opened();
    }

    /** From here on somebody else is told. */
    void serve(User other) {
        user = other;
    }

    User user() {
        return user;
    }

    boolean isOpen() {
        return open;
    }

    boolean hasInputEnded() {
        return inputEnded;
    }

    /** Whether our FIN was sent, or will be as soon as everything is. */
    boolean isOutputEnding() {
        return outputEnding;
    }

    /** Whether our FIN was sent. */
    boolean hasOutputEnded() {
        return outputEnded;
    }

    /** Whether the peer has sent RST, as far as is known. */
    boolean isReset() {
        return resetSeen;
    }

    InetSocketAddress remoteAddress() {
        return (InetSocketAddress) channel().remoteAddress();
    }

    Channel channel() {
        return ctx().channel();
    }

    private ChannelHandlerContext ctx() {
        return Objects.requireNonNull(ctx, "not in a pipeline yet");
    }

    // ---- bytes ----

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        bytesRead += bytes.readableBytes();
        leftUnread = false;
        if (open) {
            user.received(bytes);
        } else {
            bytes.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        if (open) {
            user.receivedAll();
        }
    }

    /** Since the connection was opened. */
    long bytesRead() {
        return bytesRead;
    }

    /** Whether to go on reading; what is under way still comes. */
    void reading(boolean wanted) {
        if (open && channel().config().isAutoRead() != wanted) {
            leftUnread = false;
            channel().config().setAutoRead(wanted);
        }
    }

    /** The peer has more to say before it gets an answer: it hears that what it has said so far has come. */
    void awaitMore() {
        if (open && acknowledgesByAnswer) {
            acknowledgesByAnswer = false;
            FewerSegments.acknowledgeByAnswer(channel(), false);
        }
    }

    /** Writes without flushing; takes over the buffer. */
    void write(ByteBuf bytes) {
        if (!takesBytes()) {
            bytes.release();
            return;
        }
        unflushed = true;
        ctx().write(bytes, ctx().voidPromise());
    }

    void flush() {
        if (open && unflushed) {
            unflushed = false;
            ctx().flush();
        }
    }

    /** @param finFollows at once: then it rides on the last segment */
    void flush(boolean finFollows) {
        if (finFollows && open && unflushed) {
            FewerSegments.holdLast(channel());
        }
        flush();
    }

    /** False if what is written is thrown away. */
    boolean takesBytes() {
        return open && !outputEnding;
    }

    boolean isWritable() {
        return open && channel().isWritable();
    }

    /** Whether it takes bytes, but has enough for now. */
    boolean isFull() {
        return takesBytes() && !channel().isWritable();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext changed) {
        if (open && changed.channel().isWritable()) {
            user.writable();
        }
    }

    /** Bytes that were written and that the kernel has not taken, with 96 bytes for each buffer they are in. */
    long unsentBytes() {
        ChannelOutboundBuffer unsent = channel().unsafe().outboundBuffer();
        return unsent == null ? 0 : unsent.totalPendingWriteBytes();
    }

    // ---- FIN ----

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE && open) {
            inputEnded();
        } else if (event == ChannelOutputShutdownEvent.INSTANCE && takesBytes()) {
            writeFailed();
        }
    }

    private void inputEnded() {
        if (inputEnded) {
            return;
        }
        inputEnded = true;
        if (resetSeen) {
            lose();
        } else if (outputEnded) {
            close();
            user.closed();
        } else {
            user.inputEnded();
        }
    }

    /** Sends FIN once everything written so far is sent; closes instead if the peer's FIN was seen. */
    void endOutput() {
        flush(true);
        if (!takesBytes()) {
            return;
        }
        outputEnding = true;
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
            user.closed();
        } else {
            ((DuplexChannel) channel()).shutdownOutput(ctx().voidPromise());
        }
    }

    // ---- RST and the end ----

    private void writeFailed() {
        outputEnding = true;
        outputEnded = true;
        if (inputEnded) {
            lose();
        } else {
            user.outputFailed();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        if (!open) {
            return;
        }
        if (cause instanceof ChannelOutputShutdownException failedWrite) {
            resetSeen |= PeerReset.failed(failedWrite);
        } else if (cause instanceof NotYetConnectedException || cause instanceof ClosedChannelException) {
            // shutdown(2) of a socket that was reset, or a write behind it; reading shows the reset itself
            resetSeen = true;
        } else if (cause instanceof IOException) {
            resetSeen = true;
            lose();
        } else {
            user.broken(cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext gone) {
        if (open) {
            resetSeen = true;
            lose();
        }
    }

    /** To be called now and then: notices the RST of a peer of which no read tells. */
    void look() {
        if (!open || (channel().config().isAutoRead() && !PeerReset.mayEscapeReads(channel()))) {
            return;
        }
        if (leftUnread && (resetSeen || PeerReset.isUnread(channel()))) {
            resetSeen = true;
            close(); // there is nothing left to be reset
            user.lost();
        }
        leftUnread = true; // a transfer that only pauses and goes on costs no system call
    }

    private void lose() {
        abort();
        user.lost();
    }

    /** Closes in good order: bytes that the kernel has are still delivered. The user hears nothing more. */
    void close() {
        if (open) {
            open = false;
            channel().close();
        }
    }

    /** Sends RST. The user hears nothing more. */
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
}
