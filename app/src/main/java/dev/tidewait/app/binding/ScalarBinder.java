package dev.tidewait.app.binding;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Binds single values: words of an enum, and what {@link ScalarTypes} knows. Owned by the thread that loads the file. */
final class ScalarBinder {
    /** Longest piece of the user's own text that a message repeats. */
    private static final int LONGEST_QUOTE = 60;

    private final ScalarTypes types;
    private final Findings findings;

    ScalarBinder(ScalarTypes types, Findings findings) {
        this.types = types;
        this.findings = findings;
    }

    ScalarTypes types() {
        return types;
    }

    boolean knows(Class<?> type) {
        return type.isEnum() || types.of(type).isPresent();
    }

    static boolean isOff(Node node) {
        return node instanceof ScalarNode scalar
                && (scalar.getValue().equals("off") || scalar.getValue().equals("false"));
    }

    Optional<Object> bind(Node node, Class<?> type, String path) {
        Optional<ScalarType<?>> scalar = types.of(type);
        return scalar.isPresent() ? value(node, scalar.get(), path) : word(node, type, path);
    }

    /** Whether the value is within the limits of its setting; reports it if not. */
    boolean inRange(Object value, SettingKey key, String path) {
        String min = key.setting().min();
        String max = key.setting().max();
        if (!min.isEmpty() && compare(value, min) < 0) {
            findings.report(path, "it is too small; the smallest value is " + min);
            return false;
        }
        if (!max.isEmpty() && compare(value, max) > 0) {
            findings.report(path, "it is too large; the largest value is " + max);
            return false;
        }
        return true;
    }

    /** The words of an enum as they are written in the file: what its constants call themselves. */
    static List<String> words(Class<?> type) {
        List<String> words = new ArrayList<>();
        for (Object constant : type.getEnumConstants()) {
            words.add(constant.toString());
        }
        return words;
    }

    private Optional<Object> word(Node node, Class<?> type, String path) {
        List<String> words = words(type);
        String written = node instanceof ScalarNode scalar ? scalar.getValue() : "";
        int index = words.indexOf(written);
        if (index >= 0) {
            return Optional.of(type.getEnumConstants()[index]);
        }
        if (Shape.later(type).contains(written)) {
            findings.report(
                    path, quote(written) + " is not available in this version; possible: " + String.join(", ", words));
        } else {
            findings.report(path, "expected one word" + what(node) + Suggestion.among(written, words));
        }
        return Optional.empty();
    }

    private Optional<Object> value(Node node, ScalarType<?> type, String path) {
        if (!(node instanceof ScalarNode scalar)) {
            findings.report(path, "expected " + type.what() + what(node));
            return Optional.empty();
        }
        if (type.plain() && scalar.getScalarStyle() != ScalarStyle.PLAIN) {
            findings.report(path, "expected " + type.what() + ", found text; remove the quotes");
            return Optional.empty();
        }
        try {
            return Optional.of(type.reader().read(scalar.getValue()));
        } catch (BadValueException e) {
            findings.report(path, "expected " + type.what() + what(node) + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Compares with a limit; {@code auto} is within every limit. */
    private static int compare(Object value, String limit) {
        try {
            return switch (value) {
                case Optional<?> optional -> optional.isEmpty() ? 0 : compare(optional.get(), limit);
                case Integer number -> Integer.compare(number, Integer.parseInt(limit));
                case OptionalInt number ->
                    number.isEmpty() ? 0 : Integer.compare(number.getAsInt(), Integer.parseInt(limit));
                case Duration duration -> duration.compareTo(Durations.read(limit));
                default -> throw new IllegalStateException("no limits are known for a " + value.getClass());
            };
        } catch (BadValueException e) {
            throw new IllegalStateException("the limit " + limit + " is wrong", e);
        }
    }

    private static String what(Node node) {
        return switch (node) {
            case ScalarNode scalar -> ", found " + quote(scalar.getValue());
            case SequenceNode list -> ", found a list";
            default -> ", found keys";
        };
    }

    private static String quote(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return "'" + (line.length() > LONGEST_QUOTE ? line.substring(0, LONGEST_QUOTE) + "…" : line) + "'";
    }
}
