package dev.tidewait.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import org.jspecify.annotations.Nullable;

/** What a client has sent and nobody has taken yet. Owned by the client's event loop. */
final class EarlyBytes {
    /** Reading stops here; the read that gets there may come on top. */
    private static final int LIMIT_BYTES = 64 * 1024;

    private @Nullable ByteBuf bytes;

    /** Takes over the buffer; false if no more should be read. */
    boolean add(ByteBuf more) {
        ByteBuf before = bytes;
        if (before == null) {
            bytes = more;
        } else if (before instanceof CompositeByteBuf all) {
            all.discardReadComponents(); // else a sender that is always a bit ahead would make it grow for ever
            all.addComponent(true, more);
        } else {
            bytes = more.alloc().compositeBuffer().addComponents(true, before, more);
        }
        return !isFull();
    }

    boolean isFull() {
        ByteBuf all = bytes;
        return all != null && all.readableBytes() >= LIMIT_BYTES;
    }

    /** To read from; call {@link #trim()} behind it. Null if there are none. */
    @Nullable
    ByteBuf peek() {
        return bytes;
    }

    /** Lets go of what was read, as far as possible. */
    void trim() {
        ByteBuf all = bytes;
        if (all != null && !all.isReadable()) {
            release();
        }
    }

    /** All of them, to be released by the caller; null if there are none. */
    @Nullable
    ByteBuf take() {
        ByteBuf all = bytes;
        bytes = null;
        return all;
    }

    void release() {
        ByteBuf all = take();
        if (all != null) {
            all.release();
        }
    }
}
