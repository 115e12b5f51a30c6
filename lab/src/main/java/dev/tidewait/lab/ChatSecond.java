package dev.tidewait.lab;

import java.util.Optional;

/**
 * How {@link Chat} clients stood at the end of one second. Immutable.
 *
 * @param second from 1
 * @param longLived whether they go on until they are asked to finish
 * @param started connections begun so far
 * @param done ended well so far
 * @param failed failed so far
 * @param open now
 */
public record ChatSecond(long second, boolean longLived, long started, long done, long failed, long open) {
    private static final String BEGINNING = "{\"second\"";

    /** @return empty if it is another line */
    public static Optional<ChatSecond> parse(String line) {
        return line.startsWith(BEGINNING) ? Optional.of(of(JsonObject.parse(line))) : Optional.empty();
    }

    private static ChatSecond of(JsonObject line) {
        return new ChatSecond(
                line.number("second"),
                line.text("kind").equals("long"),
                line.number("started"),
                line.number("done"),
                line.number("failed"),
                line.number("open"));
    }
}
