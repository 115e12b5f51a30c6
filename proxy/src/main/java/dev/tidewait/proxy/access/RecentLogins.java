package dev.tidewait.proxy.access;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Log-ins that had the same outcome a short while ago. Any thread; looking takes no lock.
 *
 * <p>Bounded: what has expired goes first, then any one. Time is {@link System#nanoTime()}'s, handed in.
 */
final class RecentLogins {
    private final int mostLogins;
    private final long lifeNanos;
    private final Map<LoginKey, Long> addedNanos = new ConcurrentHashMap<>();

    RecentLogins(int mostLogins, long lifeNanos) {
        this.mostLogins = mostLogins;
        this.lifeNanos = lifeNanos;
    }

    boolean contains(LoginKey key, long nowNanos) {
        Long added = addedNanos.get(key);
        return added != null && nowNanos - added < lifeNanos;
    }

    synchronized void add(LoginKey key, long nowNanos) {
        if (addedNanos.size() >= mostLogins && !addedNanos.containsKey(key)) {
            addedNanos.values().removeIf(added -> nowNanos - added >= lifeNanos);
            if (addedNanos.size() >= mostLogins) {
                addedNanos.remove(addedNanos.keySet().iterator().next());
            }
        }
        addedNanos.put(key, nowNanos);
    }

    int size() {
        return addedNanos.size();
    }
}
