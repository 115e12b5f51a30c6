package dev.tidewait.netty.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import java.io.IOException;

/**
 * The reading half of a {@link TcpChannel}. Owned by the channel's event loop; {@link #hasEnded} any thread.
 *
 * <p>epoll tells of an edge once, so that there may be something to read is remembered until the kernel says that there is not: by EAGAIN, or by
 * giving less than was asked for. Behind the peer's FIN or an RST no further edge comes, so then only the end of the input counts.
 */
final class TcpInput {
    /** Reads in one go before other channels of the loop get their turn. */
    private static final int MOST_READS = 16;

    private final TcpChannel channel;
    private final TcpSocket socket;
    private final EpollRegistration epoll;
    /** There may be something to read. */
    private boolean readable;
    /** FIN or RST has come; what was sent before may still be unread. */
    private boolean endSeen;
    /** An urgent byte has come, at which a read stops although there is more behind it (tcp(7)). */
    private boolean urgent;
    /** Somebody has asked for the next read, where {@code autoRead} is off. */
    private boolean wanted;

    private boolean reading;
    private boolean scheduled;
    private volatile boolean ended;

    TcpInput(TcpChannel channel, TcpSocket socket, EpollRegistration epoll) {
        this.channel = channel;
        this.socket = socket;
        this.epoll = epoll;
    }

    boolean hasEnded() {
        return ended;
    }

    void readable(boolean end, boolean urgentByte) {
        readable = true;
        endSeen |= end;
        urgent |= urgentByte;
        if (isWanted()) {
            read();
        }
    }

    void wanted() {
        wanted = true;
        if (readable && !reading) {
            readSoon();
        }
    }

    void unwanted() {
        wanted = false;
    }

    private boolean isWanted() {
        return wanted || channel.config().isAutoRead();
    }

    private void readSoon() {
        if (!scheduled) {
            scheduled = true;
            channel.eventLoop().execute(() -> {
                scheduled = false;
                if (readable && isWanted()) {
                    read();
                }
            });
        }
    }

    private void read() {
        if (reading || ended || !channel.isActive()) {
            return;
        }
        ChannelPipeline pipeline = channel.pipeline();
        boolean sawEnd = false;
        Throwable failure = null;
        reading = true;
        try {
            sawEnd = readBurst(pipeline);
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        } finally {
            pipeline.fireChannelReadComplete();
            reading = false;
        }
        if (failure != null) {
            readable = false;
            pipeline.fireExceptionCaught(failure);
            if (failure instanceof IOException) {
                end();
            } else {
                // Out of memory, as a rule. A FIN would tell the peer's partner that this was all.
                channel.unsafe().close(channel.unsafe().voidPromise());
            }
        } else if (sawEnd) {
            end();
        } else if (readable && isWanted()) {
            epoll.tellAgain(TcpEvents.INPUT); // the rest once the other channels of the loop have had their turn
        }
    }

    /** @return whether the end of the input was reached */
    private boolean readBurst(ChannelPipeline pipeline) throws IOException {
        TcpChannelConfig config = channel.config();
        ByteBufAllocator allocator = config.getAllocator();
        RecvByteBufAllocator.ExtendedHandle sizes =
                (RecvByteBufAllocator.ExtendedHandle) channel.unsafe().recvBufAllocHandle();
        sizes.reset(config);
        try {
            for (int i = 0;
                    i < MOST_READS && readable && !ended && channel.isActive() && (i == 0 || config.isAutoRead());
                    i++) {
                ByteBuf buffer = sizes.allocate(allocator);
                int room = buffer.writableBytes();
                sizes.attemptedBytesRead(room);
                int count = receive(buffer);
                sizes.lastBytesRead(count);
                if (count <= 0) {
                    readable = false;
                    urgent = false;
                    return count < 0;
                }
                sizes.incMessagesRead(1);
                readable = count == room || endSeen || urgent;
                wanted = false;
                pipeline.fireChannelRead(buffer);
            }
            return false;
        } finally {
            sizes.readComplete();
        }
    }

    /** @return bytes; 0 if there are none now, −1 at the end; then the buffer is released, as after an exception */
    private int receive(ByteBuf buffer) throws IOException {
        int count = 0;
        int at = buffer.writerIndex();
        try {
            if (buffer.hasMemoryAddress()) {
                count = socket.receive(buffer.memoryAddress(), at, buffer.capacity());
            } else {
                count = socket.receive(buffer.internalNioBuffer(at, buffer.writableBytes()));
            }
            return count;
        } finally {
            if (count > 0) {
                buffer.writerIndex(at + count);
            } else {
                buffer.release();
            }
        }
    }

    /** The peer has ended it. */
    private void end() {
        if (!channel.config().isAllowHalfClosure()) {
            channel.unsafe().close(channel.unsafe().voidPromise());
            return;
        }
        stop();
        if (channel.isOpen()) {
            channel.pipeline().fireUserEventTriggered(ChannelInputShutdownReadComplete.INSTANCE);
        }
    }

    /** Nothing is read any more. */
    void stop() {
        if (!ended && channel.isOpen()) {
            ended = true;
            channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }
}
