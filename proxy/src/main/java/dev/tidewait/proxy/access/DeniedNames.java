package dev.tidewait.proxy.access;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the pattern that a name meets: one look-up for each of its labels, however many patterns there are. Immutable. */
final class DeniedNames {
    private final Map<String, NamePattern> alone = new HashMap<>();
    private final Map<String, NamePattern> withBelow = new HashMap<>();

    DeniedNames(List<NamePattern> patterns) {
        for (NamePattern pattern : patterns) {
            (pattern.below() ? withBelow : alone).put(pattern.name(), pattern);
        }
    }

    /** @param host a name in lower case, with or without the dot at its end; an address meets no pattern */
    Optional<NamePattern> match(String host) {
        if (alone.isEmpty() && withBelow.isEmpty()) {
            return Optional.empty();
        }
        String name = NamePattern.normal(host);
        @Nullable NamePattern found = alone.get(name);
        int from = 0;
        while (found == null && from <= name.length()) {
            found = withBelow.get(name.substring(from));
            int dot = name.indexOf('.', from);
            from = dot < 0 ? name.length() + 1 : dot + 1;
        }
        return Optional.ofNullable(found);
    }
}
