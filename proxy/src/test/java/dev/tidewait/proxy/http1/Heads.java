package dev.tidewait.proxy.http1;

import io.netty.buffer.ByteBuf;

/** Well-formed heads, read from their text. */
final class Heads {
    private static final int MAX_HEAD_BYTES = 16_384;

    private Heads() {}

    static RequestHead request(String text) {
        ByteBuf in = Pieces.buffer(text);
        return switch (new RequestReader(MAX_HEAD_BYTES).read(in)) {
            case RequestReading.Read read -> read.head();
            case RequestReading.Unfit unfit ->
                throw new AssertionError(unfit.failure().text());
            case RequestReading.More more -> throw new AssertionError("not complete: " + text);
        };
    }

    static ResponseHead response(String text) {
        ByteBuf in = Pieces.buffer(text);
        return switch (new ResponseReader(MAX_HEAD_BYTES).read(in)) {
            case ResponseReading.Read read -> read.head();
            case ResponseReading.Unfit unfit ->
                throw new AssertionError(unfit.failure().text());
            case ResponseReading.More more -> throw new AssertionError("not complete: " + text);
        };
    }
}
