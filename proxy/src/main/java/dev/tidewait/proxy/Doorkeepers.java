package dev.tidewait.proxy;

import dev.tidewait.proxy.access.Access;
import dev.tidewait.proxy.access.AccessRules;
import dev.tidewait.proxy.address.OwnAddresses;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The {@link Access} of each listener, by kind and name. It outlives a reload, so that clients with an open connection meet the new rules, too. Owned
 * by whoever starts and reloads the server.
 *
 * <p>The Access of a listener that is no more takes its rules from one for all the departed of its kind, which every later reload changes. So nothing has
 * to be kept for each of them: it lives as long as its clients do.
 */
final class Doorkeepers {
    /** A listener that changes its kind is another one. */
    private record Key(Class<? extends ListenerSettings> kind, String name) {
        Key(ListenerSettings listener) {
            this(listener.getClass(), listener.name());
        }
    }

    private final OwnAddresses own;
    private final Access departedHttp;
    private final Access departedSocks;
    private final Map<Key, Access> byKey = new HashMap<>();

    private Doorkeepers(OwnAddresses own, Access departedHttp, Access departedSocks) {
        this.own = own;
        this.departedHttp = departedHttp;
        this.departedSocks = departedSocks;
    }

    static Doorkeepers none(OwnAddresses own, DepartedRules departed) {
        return new Doorkeepers(own, new Access(departed.http(), own), new Access(departed.socks(), own));
    }

    /** Those for these listeners: the same where a listener stays, still with its old rules; new ones for the others. */
    Doorkeepers then(List<ListenerSettings> listeners) {
        Doorkeepers next = new Doorkeepers(own, departedHttp, departedSocks);
        for (ListenerSettings one : listeners) {
            switch (one) {
                case TcpListenerSettings tcp -> {} // it has a list of clients, and nothing to decide
                case HttpProxyListenerSettings http -> next.add(this, http, new Access(http.access(), own));
                case SocksListenerSettings socks ->
                    next.add(this, socks, new Access(socks.access(), own, "access.socks-ports"));
            }
        }
        return next;
    }

    private void add(Doorkeepers before, ListenerSettings listener, Access fresh) {
        Key key = new Key(listener);
        byKey.put(key, before.byKey.getOrDefault(key, fresh));
    }

    /**
     * Lets the rules of these settings apply, to the clients of listeners that are no more, too.
     *
     * @param before those that {@link #then} was asked of
     */
    void takeOver(Doorkeepers before, ProxySettings settings) {
        for (ListenerSettings one : settings.listeners()) {
            switch (one) {
                case TcpListenerSettings tcp -> {}
                case HttpProxyListenerSettings http -> change(http, http.access());
                case SocksListenerSettings socks -> change(socks, socks.access());
            }
        }
        departedHttp.change(settings.departed().http());
        departedSocks.change(settings.departed().socks());
        before.byKey.forEach((key, access) -> {
            if (!byKey.containsKey(key)) {
                access.follow(key.kind().equals(SocksListenerSettings.class) ? departedSocks : departedHttp);
            }
        });
    }

    private void change(ListenerSettings listener, AccessRules rules) {
        of(listener).change(rules);
    }

    Access of(ListenerSettings listener) {
        return Objects.requireNonNull(byKey.get(new Key(listener)), listener.name());
    }
}
