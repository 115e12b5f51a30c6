package dev.tidewait.proxy;

import dev.tidewait.proxy.access.ClientLimits;
import dev.tidewait.proxy.access.UserRules;
import dev.tidewait.proxy.address.Addresses;
import dev.tidewait.proxy.names.NameSettings;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Everything a {@link ProxyServer} is told. Immutable.
 *
 * @param listeners at least one; names differ
 * @param timeouts for all listeners
 * @param users who needs a password at the listeners of a forward proxy
 * @param limits for each client, all listeners together
 * @param names how the names of servers become addresses
 * @param http for all listeners that speak it
 * @param departed for clients that came to a listener which is not among these any more
 */
public record ProxySettings(
        List<ListenerSettings> listeners,
        Timeouts timeouts,
        UserRules users,
        ClientLimits.Limits limits,
        NameSettings names,
        HttpSettings http,
        DepartedRules departed) {
    /** Without users and limits. */
    public ProxySettings(List<ListenerSettings> listeners, Timeouts timeouts) {
        this(listeners, timeouts, HttpSettings.DEFAULTS);
    }

    public ProxySettings(List<ListenerSettings> listeners, Timeouts timeouts, HttpSettings http) {
        this(listeners, timeouts, UserRules.NONE, ClientLimits.Limits.NONE, NameSettings.DEFAULTS, http);
    }

    public ProxySettings(
            List<ListenerSettings> listeners, Timeouts timeouts, UserRules users, ClientLimits.Limits limits) {
        this(listeners, timeouts, users, limits, NameSettings.DEFAULTS, HttpSettings.DEFAULTS);
    }

    /** What applies to the first listener of a kind applies to the clients of departed ones of that kind. */
    public ProxySettings(
            List<ListenerSettings> listeners,
            Timeouts timeouts,
            UserRules users,
            ClientLimits.Limits limits,
            NameSettings names,
            HttpSettings http) {
        this(listeners, timeouts, users, limits, names, http, DepartedRules.of(listeners));
    }

    public ProxySettings {
        listeners = List.copyOf(listeners);
        if (listeners.isEmpty()) {
            throw new IllegalArgumentException("there is no listener; a proxy needs at least one");
        }
        Set<String> listenerNames = new HashSet<>();
        Set<Object> addresses = new HashSet<>();
        for (ListenerSettings listener : listeners) {
            if (!listenerNames.add(listener.name())) {
                throw new IllegalArgumentException(
                        "two listeners are called " + listener.name() + "; give each its own name");
            }
            if (listener.bind().getPort() != 0 && !addresses.add(listener.bind())) {
                throw new IllegalArgumentException("listener " + listener.name() + " binds to "
                        + Addresses.text(listener.bind()) + ", where another listener is already; give each its own");
            }
        }
    }
}
