package dev.tidewait.app.admin;

import dev.tidewait.proxy.ListenerMetrics;
import dev.tidewait.proxy.ListenerSettings;
import dev.tidewait.proxy.ProxyMetrics;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The counters of all listeners. Any thread. */
public final class ProxyCounters implements ProxyMetrics {
    private final List<ListenerCounters> listeners = new CopyOnWriteArrayList<>();

    @Override
    public ListenerMetrics listener(ListenerSettings listener) {
        ListenerCounters counters = new ListenerCounters(listener.name());
        listeners.add(counters);
        return counters;
    }

    List<ListenerCounters> listeners() {
        return listeners;
    }
}
