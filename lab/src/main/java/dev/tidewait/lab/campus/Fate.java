package dev.tidewait.lab.campus;

import java.util.Locale;

/** What a destination does with a visit. */
public enum Fate {
    /** It answers, and whoever came closes first. */
    CLIENT_FIRST('c', 40),
    /** It answers and closes first. */
    SERVER_FIRST('s', 25),
    /** It answers and resets. */
    RESET('r', 10),
    /** It resets instead of an answer. */
    RESET_UNANSWERED('x', 5),
    /** It accepts and never says anything; the visitor gives up. */
    SILENT('q', 5),
    /** Nobody listens there. */
    REFUSED('-', 10),
    /** It answers no SYN. */
    UNREACHED('-', 5);

    private static final int WEIGHTS = weights();

    private final char letter;
    private final int weight;

    Fate(char letter, int weight) {
        this.letter = letter;
        this.weight = weight;
    }

    /** What asks the origin for it: the first byte, or the first letter of the path. */
    char letter() {
        return letter;
    }

    /** Whether there is a connection between proxy and destination at all. */
    boolean isConnected() {
        return this != REFUSED && this != UNREACHED;
    }

    /** Whether the visitor is answered. */
    boolean isAnswered() {
        return this == CLIENT_FIRST || this == SERVER_FIRST || this == RESET;
    }

    /** @param point anything; equal points give the same fate, evenly spread ones all of them by their weight */
    static Fate at(int point) {
        int left = Math.floorMod(point, WEIGHTS);
        for (Fate fate : values()) {
            left -= fate.weight;
            if (left < 0) {
                return fate;
            }
        }
        throw new AssertionError(point);
    }

    private static int weights() {
        int sum = 0;
        for (Fate fate : values()) {
            sum += fate.weight;
        }
        return sum;
    }

    /** For reports. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
