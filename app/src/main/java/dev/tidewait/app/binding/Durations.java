package dev.tidewait.app.binding;

import java.time.Duration;

/** Durations as people write them: a whole number and one of ms, s, m, h. No state. */
public final class Durations {
    /** Enough for every digit string to fit a long in milliseconds. */
    private static final int MOST_DIGITS = 9;

    private Durations() {}

    /** The shortest exact way to write the duration. */
    public static String write(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds < 120 || seconds % 60 != 0) {
            return seconds + "s";
        }
        return seconds % 3600 == 0 ? seconds / 3600 + "h" : seconds / 60 + "m";
    }

    public static Duration read(String text) throws BadValueException {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        String unit = text.substring(digits).strip();
        if (digits == 0) {
            throw new BadValueException("it does not begin with a number");
        }
        if (digits > MOST_DIGITS) {
            throw new BadValueException("the number has more than " + MOST_DIGITS + " digits");
        }
        long number = Long.parseLong(text.substring(0, digits));
        return switch (unit) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            case "" -> throw new BadValueException("the unit is missing; write " + text + "s or " + text + "ms");
            default ->
                throw new BadValueException(
                        unit.startsWith(".") || unit.startsWith(",")
                                ? "only whole numbers are possible; use a smaller unit"
                                : "the unit '" + unit + "' is none of ms, s, m, h");
        };
    }
}
