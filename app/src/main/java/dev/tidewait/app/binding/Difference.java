package dev.tidewait.app.binding;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two records of a configuration, key by key. Owned by the thread that asks.
 *
 * <p>Sections in a list are known by their first key ({@code listeners[web].bind}), whatever their place; where only the order has changed,
 * the whole list is named.
 */
public final class Difference {
    /**
     * One key with another value. Immutable.
     *
     * @param key such as {@code timeouts.idle} or {@code listeners[web].bind}
     * @param before as it would be written; {@code -} = not there
     */
    public record Change(String key, String before, String after) {
        @Override
        public String toString() {
            return key + ": " + before + " → " + after;
        }
    }

    private static final String NOTHING = "-";

    private final Function<Object, String> writer;
    private final List<Change> changes = new ArrayList<>();

    private Difference(Function<Object, String> writer) {
        this.writer = writer;
    }

    /** @param writer writes single values as the file would */
    public static List<Change> between(Record before, Record after, Function<Object, String> writer) {
        Difference difference = new Difference(writer);
        difference.sections(before, after, "");
        return List.copyOf(difference.changes);
    }

    private void sections(Record before, Record after, String path) {
        Shape shape = Shape.of(before.getClass());
        for (int i = 0; i < shape.keys().size(); i++) {
            SettingKey key = shape.keys().get(i);
            String at = path.isEmpty() ? key.name() : path + "." + key.name();
            values(shape.value(before, i), shape.value(after, i), key.type(), at);
        }
    }

    private void values(Object before, Object after, Type type, String path) {
        if (before.equals(after)) {
            return;
        }
        Type inner = type instanceof ParameterizedType generic ? last(generic) : type;
        boolean section = inner instanceof Class<?> plain && isSection(plain);
        if (section && before instanceof Optional<?> one && after instanceof Optional<?> other) {
            if (one.isPresent() && other.isPresent()) {
                sections((Record) one.get(), (Record) other.get(), path);
                return;
            }
        } else if (section && before instanceof List<?> some && after instanceof List<?> others) {
            named(byFirstKey(some), byFirstKey(others), path, "[", "]");
            return;
        } else if (before instanceof Map<?, ?> some && after instanceof Map<?, ?> others) {
            named(byName(some), byName(others), path, ".", "");
            return;
        } else if (section && before instanceof Record one && after instanceof Record other) {
            sections(one, other, path);
            return;
        }
        changes.add(new Change(path, text(before), text(after)));
    }

    private void named(Map<String, Object> before, Map<String, Object> after, String path, String open, String close) {
        if (before.keySet().equals(after.keySet())
                && !List.copyOf(before.keySet()).equals(List.copyOf(after.keySet()))) {
            changes.add(
                    new Change(path, before.keySet().toString(), after.keySet().toString()));
        }
        Set<String> names = new LinkedHashSet<>(before.keySet());
        names.addAll(after.keySet());
        for (String name : names) {
            @Nullable Object one = before.get(name);
            @Nullable Object other = after.get(name);
            String at = path + open + name + close;
            if (one instanceof Record left && other instanceof Record right) {
                sections(left, right, at);
            } else if (!Objects.equals(one, other)) {
                changes.add(new Change(at, one == null ? NOTHING : text(one), other == null ? NOTHING : text(other)));
            }
        }
    }

    private Map<String, Object> byFirstKey(List<?> sections) {
        Map<String, Object> named = new LinkedHashMap<>();
        for (Object section : sections) {
            named.put(text(Shape.of(section.getClass()).value((Record) section, 0)), section);
        }
        return named;
    }

    private static Map<String, Object> byName(Map<?, ?> sections) {
        Map<String, Object> named = new LinkedHashMap<>();
        sections.forEach((name, section) -> named.put(String.valueOf(name), section));
        return named;
    }

    private String text(Object value) {
        if (value instanceof Optional<?> optional) {
            return optional.map(this::text).orElse(NOTHING);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(this::text).collect(Collectors.joining(", ", "[", "]"));
        }
        return value instanceof Record made && isSection(made.getClass()) ? section(made) : writer.apply(value);
    }

    private String section(Record made) {
        Shape shape = Shape.of(made.getClass());
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < shape.keys().size(); i++) {
            String text = text(shape.value(made, i));
            if (!text.equals(NOTHING)) {
                parts.add(shape.keys().get(i).name() + ": " + text);
            }
        }
        return parts.isEmpty() ? "{}" : "{ " + String.join(", ", parts) + " }";
    }

    private static boolean isSection(Class<?> type) {
        return type.isRecord() && type.getRecordComponents()[0].isAnnotationPresent(Setting.class);
    }

    private static Type last(ParameterizedType generic) {
        Type[] arguments = generic.getActualTypeArguments();
        return arguments[arguments.length - 1];
    }
}
