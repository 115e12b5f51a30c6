package dev.tidewait.app;

import dev.tidewait.app.binding.BadValueException;
import dev.tidewait.app.binding.Durations;
import dev.tidewait.ports.Floors;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One value of {@code --floor}: {@code 2s} for every way a connection can end, or {@code sequence=10s} for one. Immutable.
 *
 * @param row empty = all
 * @param millis the age
 */
record FloorOption(Optional<Row> row, long millis) {
    /** The rows, called as in the configuration file. */
    enum Row {
        TIMESTAMPS("timestamps", Floors.DEFAULT.timestampsMillis()),
        SEQUENCE("sequence", Floors.DEFAULT.sequenceMillis()),
        UNKNOWN("unknown", Floors.DEFAULT.unknownMillis()),
        REFUSED("refused", Floors.DEFAULT.refusedMillis()),
        SYN_TIMEOUT("synTimeout", Floors.DEFAULT.synTimeoutMillis());

        private final String word;
        private final long standardMillis;

        Row(String word, long standardMillis) {
            this.word = word;
            this.standardMillis = standardMillis;
        }
    }

    /** The kernel's clock for timestamps ticks once a millisecond; within one tick they tell nothing. */
    private static final long LEAST_MILLIS = 2;

    private static final long MOST_MILLIS = 3_600_000;

    static FloorOption parse(String text) throws BadValueException {
        int equals = text.indexOf('=');
        Optional<Row> row = equals < 0 ? Optional.empty() : Optional.of(row(text.substring(0, equals)));
        long millis = Durations.read(text.substring(equals + 1)).toMillis();
        if (millis < LEAST_MILLIS || millis > MOST_MILLIS) {
            throw new BadValueException("a floor is " + LEAST_MILLIS + "ms to 1h");
        }
        return new FloorOption(row, millis);
    }

    private static Row row(String word) throws BadValueException {
        return Arrays.stream(Row.values())
                .filter(row -> row.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new BadValueException("'" + word + "' is none of "
                        + Arrays.stream(Row.values()).map(row -> row.word).collect(Collectors.joining(", "))));
    }

    /**
     * The rule's settings. A floor for all is that of connections with timestamps, and lifts the other rows where they are lower: they are longer for a
     * reason.
     */
    static Floors floors(List<FloorOption> options) {
        Floors standard = Floors.DEFAULT;
        Map<Row, Long> millis = new EnumMap<>(Row.class);
        for (Row row : Row.values()) {
            millis.put(row, row.standardMillis);
        }
        for (FloorOption option : options) {
            if (option.row.isPresent()) {
                millis.put(option.row.get(), option.millis);
            } else {
                millis.replaceAll(
                        (row, before) -> row == Row.TIMESTAMPS ? option.millis : Math.max(before, option.millis));
            }
        }
        return new Floors(
                millis.getOrDefault(Row.TIMESTAMPS, 0L),
                millis.getOrDefault(Row.SEQUENCE, 0L),
                Math.max(millis.getOrDefault(Row.UNKNOWN, 0L), millis.getOrDefault(Row.SEQUENCE, 0L)),
                millis.getOrDefault(Row.REFUSED, 0L),
                millis.getOrDefault(Row.SYN_TIMEOUT, 0L),
                standard.ceilingMillis(),
                standard.fixedMillis(),
                standard.peerIsLinux());
    }
}
