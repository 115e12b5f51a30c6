package dev.tidewait.proxy.socks5;

/**
 * What the bytes that have come so far say about the message that they begin with. Immutable.
 *
 * <p>More bytes never change {@link Whole} or {@link Unfit}, so it does not matter how a network cuts a message.
 */
public sealed interface Reading<T> {
    /**
     * All of it is there.
     *
     * @param byteCount its length; what follows is the next message
     */
    record Whole<T>(T message, int byteCount) implements Reading<T> {}

    /** Nothing is wrong so far, but it is not all. */
    record Partial<T>() implements Reading<T> {}

    /**
     * Whatever follows, it will not be right.
     *
     * @param answer what the protocol has to say to that
     * @param text what is wrong, and what to do; for the log
     */
    record Unfit<T>(Answer answer, String text) implements Reading<T> {}
}
