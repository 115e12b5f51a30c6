package dev.tidewait.proxy.access;

import dev.tidewait.proxy.address.Cidr;
import dev.tidewait.proxy.address.DestinationClass;
import dev.tidewait.proxy.address.PortRange;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Who may use a CONNECT listener, and for what. Immutable.
 *
 * @param clients addresses that may connect to the listener
 * @param deniedDestinations kinds of resolved addresses that are refused
 * @param allowedDestinations blocks that are exempt from {@code deniedDestinations}
 * @param connectPorts destination ports that CONNECT may ask for
 */
public record AccessRules(
        List<Cidr> clients,
        Set<DestinationClass> deniedDestinations,
        List<Cidr> allowedDestinations,
        List<PortRange> connectPorts) {
    public static final List<Cidr> LOOPBACK_CLIENTS = List.of(Cidr.parse("127.0.0.0/8"), Cidr.parse("::1"));

    /** Clients on this host only; port 443 only; no destination of any {@link DestinationClass}. */
    public static final AccessRules DEFAULTS = new AccessRules(
            LOOPBACK_CLIENTS, EnumSet.allOf(DestinationClass.class), List.of(), List.of(new PortRange(443, 443)));

    public AccessRules {
        clients = List.copyOf(clients);
        deniedDestinations = Set.copyOf(deniedDestinations);
        allowedDestinations = List.copyOf(allowedDestinations);
        connectPorts = List.copyOf(connectPorts);
        if (clients.isEmpty()) {
            throw new IllegalArgumentException(
                    "access allows no client at all; name at least one block, or leave it out for 127.0.0.0/8 and ::1");
        }
        if (connectPorts.isEmpty()) {
            throw new IllegalArgumentException("access allows no CONNECT port at all; leave it out for 443");
        }
    }
}
