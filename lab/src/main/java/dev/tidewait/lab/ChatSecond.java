package dev.tidewait.lab;

/**
 * How {@link Chat} clients stood at the end of one second. Immutable.
 *
 * @param second from 1
 * @param started connections begun so far
 * @param done ended well so far
 * @param failed failed so far
 * @param open now
 */
public record ChatSecond(long second, long started, long done, long failed, long open) {
    static ChatSecond of(JsonObject line) {
        return new ChatSecond(
                line.number("second"),
                line.number("started"),
                line.number("done"),
                line.number("failed"),
                line.number("open"));
    }
}
