package dev.tidewait.proxy.http1;

/** Where the content of a message ends (RFC 9112, section 6.3). Immutable. */
public sealed interface BodyLength {
    BodyLength NONE = new None();
    BodyLength CHUNKED = new Chunked();
    BodyLength UNTIL_CLOSE = new UntilClose();

    /** There is none, not even an empty one. */
    record None() implements BodyLength {}

    /** @param byteCount 0 or more */
    record Fixed(long byteCount) implements BodyLength {}

    /** In chunks, with or without trailers. */
    record Chunked() implements BodyLength {}

    /** All that comes; only in responses. */
    record UntilClose() implements BodyLength {}
}
