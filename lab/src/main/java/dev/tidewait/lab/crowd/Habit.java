package dev.tidewait.lab.crowd;

import java.util.Locale;

/** What a member of the crowd does with its connection. */
public enum Habit {
    /** Nothing: it was served once, or has a tunnel, and stays. */
    IDLE('e'),
    /** It reads 256 bytes four times a second, from a server that sends without end. */
    SLOW_READER('f'),
    /** It sends a byte four times a second, to a server that takes everything. */
    SLOW_WRITER('e'),
    /** It sends without end, to a server that reads nothing. */
    STUCK_WRITER('h');

    private final char letter;

    Habit(char letter) {
        this.letter = letter;
    }

    /** What asks {@link CrowdServer} for its part. */
    char letter() {
        return letter;
    }

    /** As reports and the command line write it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
