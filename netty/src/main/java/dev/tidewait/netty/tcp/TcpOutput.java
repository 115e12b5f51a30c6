package dev.tidewait.netty.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.unix.IovArray;
import io.netty.channel.unix.UnixChannelUtil;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;

/** The writing half of a {@link TcpChannel}. Owned by the channel's event loop. */
final class TcpOutput {
    private static final int MOST_BUFFERS = 1_024; // IOV_MAX
    private static final long MOST_BYTES = 1 << 20;

    /** What writev(2) is given; one for each event loop. */
    private static final FastThreadLocal<IovArray> VECTORS = new FastThreadLocal<>() {
        @Override
        protected IovArray initialValue() {
            return new IovArray(MOST_BUFFERS);
        }

        @Override
        protected void onRemoval(IovArray vector) {
            vector.release();
        }
    };

    enum Outcome {
        ALL,
        /** epoll tells when it takes more. */
        KERNEL_FULL,
        /** Other channels of the loop get their turn. */
        ENOUGH_FOR_NOW
    }

    private final TcpSocket socket;
    private final TcpChannelConfig config;
    /** There may be something that the peer has not acknowledged. */
    private boolean wroteBefore;

    /** The kernel has taken all it can, or others have their turn: epoll tells when to go on. */
    private boolean blocked;

    TcpOutput(TcpSocket socket, TcpChannelConfig config) {
        this.socket = socket;
        this.config = config;
    }

    /** What is written must lie outside the heap. */
    static ByteBuf direct(Object message, ByteBufAllocator allocator) {
        if (!(message instanceof ByteBuf bytes)) {
            throw new UnsupportedOperationException(
                    "a TCP channel writes ByteBuf, not " + message.getClass().getName());
        }
        if (!UnixChannelUtil.isBufferCopyNeededForWrite(bytes)) {
            return bytes;
        }
        int count = bytes.readableBytes();
        ByteBuf copy = allocator.directBuffer(count);
        copy.writeBytes(bytes, bytes.readerIndex(), count);
        bytes.release();
        return copy;
    }

    boolean isBlocked() {
        return blocked;
    }

    /** Nothing is written before epoll tells that there is room. */
    void block() {
        blocked = true;
    }

    /** The kernel may take more. */
    void unblock() {
        blocked = false;
    }

    Outcome write(ChannelOutboundBuffer unsent, int mostCalls) throws IOException {
        for (int i = 0; i < mostCalls; i++) {
            if (unsent.isEmpty()) {
                return Outcome.ALL;
            }
            if (unsent.size() == 1 && !((ByteBuf) unsent.current()).isReadable()) {
                unsent.remove();
                continue;
            }
            if (wroteBefore) {
                config.writesAgain();
            }
            wroteBefore = true;
            if ((unsent.size() == 1 ? writeOne(unsent) : writeMany(unsent)) <= 0) {
                blocked = true;
                return Outcome.KERNEL_FULL;
            }
        }
        blocked = !unsent.isEmpty();
        return blocked ? Outcome.ENOUGH_FOR_NOW : Outcome.ALL;
    }

    private long writeOne(ChannelOutboundBuffer unsent) throws IOException {
        ByteBuf bytes = (ByteBuf) unsent.current();
        if (!bytes.hasMemoryAddress()) {
            return writeMany(unsent);
        }
        int written = socket.send(bytes.memoryAddress(), bytes.readerIndex(), bytes.writerIndex());
        if (written > 0) {
            unsent.removeBytes(written);
        }
        return written;
    }

    /** @return bytes, or 1 if only empty buffers were there */
    private long writeMany(ChannelOutboundBuffer unsent) throws IOException {
        IovArray vector = VECTORS.get();
        vector.clear();
        vector.maxBytes(MOST_BYTES);
        forEachFlushed(unsent, vector);
        int count = vector.count();
        if (count == 0) {
            unsent.removeBytes(0);
            return 1;
        }
        long written = socket.writevAddresses(vector.memoryAddress(0), count);
        if (written > 0) {
            unsent.removeBytes(written);
        }
        return written;
    }

    private static void forEachFlushed(ChannelOutboundBuffer unsent, IovArray vector) throws IOException {
        try {
            unsent.forEachFlushedMessage(vector);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("an IovArray throws nothing else", e);
        }
    }
}
