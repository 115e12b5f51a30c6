package dev.tidewait.proxy.access;

import dev.tidewait.proxy.address.Cidr;
import dev.tidewait.proxy.address.PortRange;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What nobody gets, whatever is allowed elsewhere. Immutable.
 *
 * @param names as the client writes them; an address that belongs to such a name is not denied by it
 * @param addresses resolved addresses; an IPv4 block also counts for the IPv6 addresses that carry one of its addresses
 * @param ports destination ports
 * @param methods of HTTP, in capitals; each counts for every spelling, because some servers take {@code get} for GET (RFC 9110, section 9.1 has
 *     them differ). CONNECT stands for every tunnel that is asked for as one, that of SOCKS5 too; not for a request whose server switches protocols
 */
public record Denials(List<NamePattern> names, List<Cidr> addresses, List<PortRange> ports, Set<String> methods) {
    public static final Denials NONE = new Denials(List.of(), List.of(), List.of(), Set.of());

    /** @throws IllegalArgumentException a method is not in capitals */
    public Denials {
        names = List.copyOf(names);
        addresses = List.copyOf(addresses);
        ports = List.copyOf(ports);
        methods = Set.copyOf(methods);
        for (String method : methods) {
            if (!method.equals(method.toUpperCase(Locale.ROOT))) {
                throw new IllegalArgumentException("method '" + method + "' is to be denied; write it in capitals");
            }
        }
    }
}
