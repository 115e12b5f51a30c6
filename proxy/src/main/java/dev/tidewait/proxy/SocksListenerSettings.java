package dev.tidewait.proxy;

import dev.tidewait.proxy.access.AccessRules;
import java.net.InetSocketAddress;

/**
 * A listener for SOCKS5. Immutable.
 *
 * @param name see {@link ListenerSettings}
 * @param bind see {@link ListenerSettings}
 * @param access who may use it, and for what; its ports are those that any request may ask for
 */
public record SocksListenerSettings(String name, InetSocketAddress bind, AccessRules access)
        implements ListenerSettings {
    public SocksListenerSettings {
        ListenerCheck.check(name, bind);
    }
}
