package dev.tidewait.proxy;

import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.http1.BodyReader;
import dev.tidewait.proxy.http1.RequestHead;
import io.netty.buffer.ByteBuf;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The content of one request on its way to the server: the client's own bytes, checked. Owned by one event loop. */
final class RequestRelay {
    private final BodyReader body;
    /** Null until it is connected. */
    private @Nullable Wire server;

    private boolean dropped;
    private long byteCount;

    RequestRelay(RequestHead head) {
        byteCount = head.byteCount();
        body = BodyReader.ofRequest(head);
    }

    /** The head was written: the content follows. */
    void begin(Wire to) {
        server = to;
    }

    /** From here on the content is only read to its end: nobody wants it. */
    void drop() {
        dropped = true;
    }

    /** Of the head, and of the content so far. */
    long byteCount() {
        return byteCount;
    }

    boolean isComplete() {
        return body.isComplete();
    }

    /** What is wrong with the framing of the content. */
    Optional<Failure> failure() {
        return body.failure();
    }

    /** Whether the server, or the bin, takes more. */
    boolean isReady() {
        Wire to = server;
        return dropped || (to != null && to.isWritable());
    }

    /** Passes on what belongs to the content; returns whether there was any, or something that cannot be content ({@link #failure}). */
    boolean take(EarlyBytes held) {
        ByteBuf in = held.peek();
        if (in == null || isComplete() || failure().isPresent() || !isReady()) {
            return false;
        }
        int length = body.extent(in);
        byteCount += length;
        if (dropped || server == null) {
            in.skipBytes(length);
            held.trim();
        } else if (length == in.readableBytes()) {
            held.take();
            server.write(in);
        } else if (length > 0) {
            server.write(in.readRetainedSlice(length));
        }
        return length > 0 || failure().isPresent();
    }

    void flush() {
        Wire to = server;
        if (to != null) {
            to.flush();
        }
    }
}
