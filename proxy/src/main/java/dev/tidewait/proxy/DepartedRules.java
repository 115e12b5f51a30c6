package dev.tidewait.proxy;

import dev.tidewait.proxy.access.AccessRules;
import java.util.List;

/**
 * What applies to clients whose listener is no more, because a reload removed it or gave it another name or kind, while their connections are still
 * open. Immutable.
 *
 * @param http for those that came to an {@link HttpProxyListenerSettings}
 * @param socks for those that came to a {@link SocksListenerSettings}
 */
public record DepartedRules(AccessRules http, AccessRules socks) {
    /** The rules of the first listener of the same kind; where there is none of it, {@link AccessRules#DEFAULTS}. */
    static DepartedRules of(List<ListenerSettings> listeners) {
        return new DepartedRules(
                listeners.stream()
                        .filter(HttpProxyListenerSettings.class::isInstance)
                        .map(HttpProxyListenerSettings.class::cast)
                        .map(HttpProxyListenerSettings::access)
                        .findFirst()
                        .orElse(AccessRules.DEFAULTS),
                listeners.stream()
                        .filter(SocksListenerSettings.class::isInstance)
                        .map(SocksListenerSettings.class::cast)
                        .map(SocksListenerSettings::access)
                        .findFirst()
                        .orElse(AccessRules.DEFAULTS));
    }
}
