package dev.tidewait.proxy.access;

import dev.tidewait.proxy.address.Cidr;
import dev.tidewait.proxy.address.PortRange;
import java.util.List;
import java.util.Set;

/**
 * What nobody gets, whatever is allowed elsewhere. Immutable.
 *
 * @param names as the client writes them; an address that belongs to such a name is not denied by it
 * @param addresses resolved addresses; an IPv4 block also counts for the IPv6 addresses that carry one of its addresses
 * @param ports destination ports
 * @param methods of HTTP, as written on the wire; CONNECT stands for every tunnel, that of SOCKS5 too
 */
public record Denials(List<NamePattern> names, List<Cidr> addresses, List<PortRange> ports, Set<String> methods) {
    public static final Denials NONE = new Denials(List.of(), List.of(), List.of(), Set.of());

    public Denials {
        names = List.copyOf(names);
        addresses = List.copyOf(addresses);
        ports = List.copyOf(ports);
        methods = Set.copyOf(methods);
    }
}
