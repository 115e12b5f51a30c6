package dev.tidewait.proxy.http1;

import dev.tidewait.proxy.failure.Failure;
import io.netty.buffer.ByteBuf;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the end of one message's content, and checks the framing of chunks on the way. Owned by one event loop.
 *
 * <p>It neither moves nor keeps bytes. Each byte is shown to it once:
 *
 * <pre>{@code
 * int length = body.extent(in);
 * out.write(in.readRetainedSlice(length));    // these are in order and may be passed on as they are
 * if (body.failure().isPresent()) ...         // what comes behind them is not: end both connections
 * else if (body.isComplete()) ...             // what is left in the buffer is no part of this message
 * }</pre>
 */
public final class BodyReader {
    private final boolean untilClose;
    private final @Nullable ChunkScanner chunks;
    private long remaining;
    private boolean isData;
    private boolean complete;
    private @Nullable Failure failure;

    private BodyReader(BodyLength length, Part trailers) {
        this.untilClose = length instanceof BodyLength.UntilClose;
        this.chunks = length instanceof BodyLength.Chunked ? new ChunkScanner(trailers) : null;
        this.remaining = length instanceof BodyLength.Fixed fixed ? fixed.byteCount() : 0;
        this.complete = !untilClose && chunks == null && remaining == 0;
    }

    /** For the content of a request; a broken framing is a BAD_REQUEST. */
    public static BodyReader ofRequest(RequestHead head) {
        return new BodyReader(head.body(), Part.REQUEST_TRAILERS);
    }

    /** For the content of a response; a broken framing is a BAD_RESPONSE. */
    public static BodyReader ofResponse(ResponseHead head, String requestMethod) {
        return new BodyReader(head.bodyFor(requestMethod), Part.RESPONSE_TRAILERS);
    }

    /** How many bytes from the reader index on belong to this message and are in order: data, chunk framing, trailers. */
    public int extent(ByteBuf in) {
        int end = in.writerIndex();
        int at = in.readerIndex();
        while (at < end && !complete && failure == null) {
            at += run(in, at);
        }
        return at - in.readerIndex();
    }

    /**
     * How many bytes from the reader index on are of one kind, data or framing; {@link #isData()} tells which. In place of
     * {@link #extent}, for a receiver that does not know chunks (HTTP/1.0): pass on the data and drop the rest, until nothing is readable,
     * the message is complete or there is a failure.
     */
    public int run(ByteBuf in) {
        return run(in, in.readerIndex());
    }

    private int run(ByteBuf in, int from) {
        int readable = in.writerIndex() - from;
        if (complete || failure != null || readable == 0) {
            return 0;
        }
        ChunkScanner scanner = chunks;
        if (scanner != null) {
            return chunk(scanner, in, from);
        }
        isData = true;
        if (untilClose) {
            return readable;
        }
        int length = (int) Math.min(remaining, readable);
        remaining -= length;
        complete = remaining == 0;
        return length;
    }

    private int chunk(ChunkScanner scanner, ByteBuf in, int from) {
        try {
            int length = scanner.run(in, from);
            isData = scanner.isData();
            complete = scanner.isComplete();
            return length;
        } catch (Malformed malformed) {
            isData = false;
            failure = malformed.failure(true);
            return 0;
        }
    }

    /** Whether the last {@link #run} was data. */
    public boolean isData() {
        return isData;
    }

    /** Whether the last byte of the message was seen; at once if there is no content. */
    public boolean isComplete() {
        return complete;
    }

    /** What is wrong with the framing. Nothing more on this connection can be understood. */
    public Optional<Failure> failure() {
        return Optional.ofNullable(failure);
    }

    /** The sender closed. Returns whether the message is complete now; if not, it was cut short. */
    public boolean inputEnded() {
        complete |= untilClose;
        return complete;
    }
}
