package dev.tidewait.proxy;

import dev.tidewait.proxy.access.AccessRules;
import dev.tidewait.proxy.address.Cidr;
import dev.tidewait.proxy.address.HostPort;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * A listener that relays to one of a few servers, in turn. The servers are the operator's choice, so {@link AccessRules} do not
 * apply to them. Immutable.
 *
 * @param name see {@link ListenerSettings}
 * @param bind see {@link ListenerSettings}
 * @param servers 1 to {@link #MOST_SERVERS}; names are resolved anew for each connection
 * @param clients addresses that may connect
 */
public record TcpListenerSettings(String name, InetSocketAddress bind, List<HostPort> servers, List<Cidr> clients)
        implements ListenerSettings {
    /** Everybody who can reach the listener, as with any load balancer. */
    public static final List<Cidr> ANY_CLIENT = List.of(Cidr.parse("0.0.0.0/0"), Cidr.parse("::/0"));

    /** Of one listener. */
    public static final int MOST_SERVERS = 1_024;

    public TcpListenerSettings {
        ListenerCheck.check(name, bind);
        servers = List.copyOf(servers);
        clients = List.copyOf(clients);
        if (servers.isEmpty() || servers.size() > MOST_SERVERS) {
            throw new IllegalArgumentException(
                    "listener " + name + " has " + servers.size() + " servers; name 1 to " + MOST_SERVERS);
        }
        if (clients.isEmpty()) {
            throw new IllegalArgumentException("listener " + name + " allows no client at all; leave it out for any");
        }
    }

    public TcpListenerSettings(String name, InetSocketAddress bind, List<HostPort> servers) {
        this(name, bind, servers, ANY_CLIENT);
    }
}
