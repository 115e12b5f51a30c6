package dev.tidewait.proxy.names;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Answers that still hold, at most a fixed number; the one not asked for longest goes first. Guarded by its owner's lock. */
final class NameCache {
    private record Known(NameAnswer answer, long untilNanos) {}

    private final Map<String, Known> entries;

    NameCache(int mostEntries) {
        this.entries = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
                return size() > mostEntries;
            }
        };
    }

    Optional<NameAnswer> get(String name, long nowNanos) {
        Known entry = entries.get(name);
        if (entry == null) {
            return Optional.empty();
        }
        if (entry.untilNanos - nowNanos <= 0) {
            entries.remove(name);
            return Optional.empty();
        }
        return Optional.of(entry.answer);
    }

    /** @param ttlMillis 0 = do not remember it */
    void put(String name, NameAnswer answer, long ttlMillis, long nowNanos) {
        if (ttlMillis > 0) {
            entries.put(name, new Known(answer, nowNanos + TimeUnit.MILLISECONDS.toNanos(ttlMillis)));
        }
    }

    void clear() {
        entries.clear();
    }

    int size() {
        return entries.size();
    }
}
