package dev.tidewait.lab;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which cells were asked for by name; {@code *} stands for a part of a name or a piece of it. Immutable.
 *
 * @param patterns empty = all
 */
public record CellNames(List<String> patterns) {
    public CellNames {
        patterns = List.copyOf(patterns);
    }

    public boolean isEmpty() {
        return patterns.isEmpty();
    }

    public boolean matches(String name) {
        return isEmpty() || patterns.stream().anyMatch(pattern -> matches(pattern, name));
    }

    private static boolean matches(String pattern, String name) {
        return Pattern.matches(
                Stream.of(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining("[^/]*")), name);
    }

    @Override
    public String toString() {
        return String.join(",", patterns);
    }
}
