package dev.tidewait.proxy.access;

import dev.tidewait.proxy.address.Cidr;
import dev.tidewait.proxy.address.DestinationClass;
import dev.tidewait.proxy.address.PortRange;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Who may use a forward proxy, and for what; {@link Access} says in which order they count. Immutable.
 *
 * @param clients addresses that may connect to the listener
 * @param deniedDestinations kinds of resolved addresses that are refused
 * @param allowedDestinations blocks that are exempt from {@code deniedDestinations}
 * @param connectPorts destination ports that a tunnel (CONNECT, SOCKS5) may lead to
 * @param httpPorts destination ports that requests for {@code http://} may go to
 * @param denials what is refused whatever the others say
 */
public record AccessRules(
        List<Cidr> clients,
        Set<DestinationClass> deniedDestinations,
        List<Cidr> allowedDestinations,
        List<PortRange> connectPorts,
        List<PortRange> httpPorts,
        Denials denials) {
    public static final List<Cidr> LOOPBACK_CLIENTS = List.of(Cidr.parse("127.0.0.0/8"), Cidr.parse("::1"));

    /** HTTP's own port and those that anybody may listen on; below 1024 other protocols take an HTTP request for commands of theirs. */
    public static final List<PortRange> HTTP_PORTS =
            List.of(new PortRange(80, 80), new PortRange(1024, PortRange.ANY.last()));

    /** Clients on this host only; tunnels to port 443 only; no destination of any {@link DestinationClass}. */
    public static final AccessRules DEFAULTS = new AccessRules(
            LOOPBACK_CLIENTS, EnumSet.allOf(DestinationClass.class), List.of(), List.of(new PortRange(443, 443)));

    public AccessRules {
        clients = List.copyOf(clients);
        deniedDestinations = Set.copyOf(deniedDestinations);
        allowedDestinations = List.copyOf(allowedDestinations);
        connectPorts = List.copyOf(connectPorts);
        httpPorts = List.copyOf(httpPorts);
        if (clients.isEmpty()) {
            throw new IllegalArgumentException(
                    "access allows no client at all; name at least one block, or leave it out for 127.0.0.0/8 and ::1");
        }
        if (connectPorts.isEmpty()) {
            throw new IllegalArgumentException("access allows no CONNECT port at all; leave it out for 443");
        }
        if (httpPorts.isEmpty()) {
            throw new IllegalArgumentException(
                    "access allows no port for http:// at all; leave it out for 80 and 1024-65535");
        }
    }

    /** With {@link #HTTP_PORTS} and {@link Denials#NONE}. */
    public AccessRules(
            List<Cidr> clients,
            Set<DestinationClass> deniedDestinations,
            List<Cidr> allowedDestinations,
            List<PortRange> connectPorts) {
        this(clients, deniedDestinations, allowedDestinations, connectPorts, HTTP_PORTS, Denials.NONE);
    }
}
