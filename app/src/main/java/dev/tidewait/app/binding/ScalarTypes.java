package dev.tidewait.app.binding;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The kinds of values a binder knows: a few that every configuration has, and those it is given. Immutable. */
public final class ScalarTypes {
    private static final ScalarType<String> TEXT = ScalarType.text(String.class, "text", ScalarTypes::text);
    private static final ScalarType<Integer> WHOLE_NUMBER = new ScalarType<>(
            Integer.class, "a whole number such as 4", List.of("integer"), true, ScalarTypes::wholeNumber);
    private static final ScalarType<Boolean> TRUE_OR_FALSE =
            new ScalarType<>(Boolean.class, "true or false", List.of("boolean"), true, ScalarTypes::trueOrFalse);
    private static final ScalarType<OptionalInt> AUTO_OR_NUMBER = ScalarType.textOrNumber(
            OptionalInt.class,
            "auto or a whole number such as 4",
            text -> text.equals("auto") ? OptionalInt.empty() : OptionalInt.of(wholeNumber(text)));
    private static final ScalarType<Duration> DURATION =
            ScalarType.text(Duration.class, "a duration such as 250ms, 15s, 5m or 1h", Durations::read);

    private final Map<Class<?>, ScalarType<?>> types = new HashMap<>();

    public ScalarTypes(List<ScalarType<?>> more) {
        types.put(int.class, WHOLE_NUMBER);
        types.put(Integer.class, WHOLE_NUMBER);
        types.put(boolean.class, TRUE_OR_FALSE);
        types.put(Boolean.class, TRUE_OR_FALSE);
        for (ScalarType<?> type : List.of(TEXT, AUTO_OR_NUMBER, DURATION)) {
            types.put(type.type(), type);
        }
        for (ScalarType<?> type : more) {
            types.put(type.type(), type);
        }
    }

    Optional<ScalarType<?>> of(Class<?> type) {
        return Optional.ofNullable(types.get(type));
    }

    private static String text(String text) throws BadValueException {
        if (text.isBlank()) {
            throw new BadValueException("it is empty");
        }
        return text;
    }

    private static int wholeNumber(String text) throws BadValueException {
        if (text.isEmpty() || text.length() > 9 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new BadValueException("it is not a whole number of at most nine digits");
        }
        return Integer.parseInt(text);
    }

    private static boolean trueOrFalse(String text) throws BadValueException {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new BadValueException("YAML 1.2 knows only these two words");
        };
    }
}
