package dev.tidewait.app.binding;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One setting in words, for {@code tidewait explain}. Immutable.
 *
 * @param path such as {@code listeners.bind}; a name that the user chooses is {@code NAME}
 * @param kind what is written as its value
 */
public record SettingDescription(String path, String kind, Setting setting) {
    /** Every setting of a record and of the records below it, in the order of the components. */
    public static List<SettingDescription> all(Class<? extends Record> type, ScalarTypes scalars) {
        List<SettingDescription> all = new ArrayList<>();
        collect(type, "", scalars, all);
        return all;
    }

    /** What applies where the key is not written. */
    public String standard() {
        if (!setting.whenAbsent().isEmpty()) {
            return setting.whenAbsent();
        }
        return setting.otherwise().isEmpty() ? "none: it must be written" : setting.otherwise();
    }

    /** In what the value is measured; empty where it has no unit. */
    public String unit() {
        return kind.contains("duration") ? "time: ms, s, m or h" : setting.unit();
    }

    private static void collect(Class<?> type, String path, ScalarTypes scalars, List<SettingDescription> all) {
        for (SettingKey key : Shape.of(type).keys()) {
            String here = path.isEmpty() ? key.name() : path + "." + key.name();
            all.add(new SettingDescription(here, kind(key.type(), scalars), key.setting()));
            Type below = key.type();
            String at = here;
            while (below instanceof ParameterizedType generic) {
                at = generic.getRawType() == Map.class ? at + ".NAME" : at;
                below = last(generic);
            }
            if (isSection((Class<?>) below, scalars)) {
                collect((Class<?>) below, at, scalars, all);
            }
        }
    }

    private static String kind(Type type, ScalarTypes scalars) {
        if (type instanceof ParameterizedType generic) {
            String inner = kind(last(generic), scalars);
            return generic.getRawType() == List.class
                    ? "a list, each: " + inner
                    : generic.getRawType() == Map.class ? "names, each with: " + inner : inner;
        }
        Class<?> plain = (Class<?>) type;
        if (isSection(plain, scalars)) {
            return "keys: " + String.join(", ", Shape.of(plain).names());
        }
        return scalars.of(plain)
                .map(ScalarType::what)
                .orElseGet(() -> "one of: " + String.join(", ", ScalarBinder.words(plain)));
    }

    private static boolean isSection(Class<?> type, ScalarTypes scalars) {
        return type.isRecord() && scalars.of(type).isEmpty();
    }

    private static Type last(ParameterizedType generic) {
        Type[] arguments = generic.getActualTypeArguments();
        return arguments[arguments.length - 1];
    }
}
