package dev.tidewait.proxy;

import dev.tidewait.proxy.access.Access;
import dev.tidewait.proxy.access.AccessRules;
import dev.tidewait.proxy.address.OwnAddresses;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The {@link Access} of each listener, by name. It outlives a reload, so that clients with an open connection meet the new rules, too. Owned by whoever
 * starts and reloads the server.
 */
final class Doorkeepers {
    private final OwnAddresses own;
    private final Map<String, Access> byName = new HashMap<>();

    private Doorkeepers(OwnAddresses own) {
        this.own = own;
    }

    static Doorkeepers none(OwnAddresses own) {
        return new Doorkeepers(own);
    }

    /** Those for these listeners: the same where a listener stays, still with its old rules; new ones for the others. */
    Doorkeepers then(List<ListenerSettings> listeners) {
        Doorkeepers next = new Doorkeepers(own);
        for (ListenerSettings one : listeners) {
            Optional<Access> fresh = switch (one) {
                case TcpListenerSettings tcp -> Optional.empty(); // it has a list of clients, and nothing to decide
                case HttpProxyListenerSettings http -> Optional.of(new Access(http.access(), own));
                case SocksListenerSettings socks -> Optional.of(new Access(socks.access(), own, "access.socks-ports"));
            };
            fresh.ifPresent(access -> next.byName.put(key(one), byName.getOrDefault(key(one), access)));
        }
        return next;
    }

    /** Lets the rules of these listeners apply. */
    void change(List<ListenerSettings> listeners) {
        for (ListenerSettings one : listeners) {
            switch (one) {
                case TcpListenerSettings tcp -> {}
                case HttpProxyListenerSettings http -> change(http, http.access());
                case SocksListenerSettings socks -> change(socks, socks.access());
            }
        }
    }

    private void change(ListenerSettings listener, AccessRules rules) {
        of(listener).change(rules);
    }

    Access of(ListenerSettings listener) {
        return Objects.requireNonNull(byName.get(key(listener)), listener.name());
    }

    /** A listener that changes its kind is another one. */
    private static String key(ListenerSettings listener) {
        return listener.getClass().getSimpleName() + " " + listener.name();
    }
}
