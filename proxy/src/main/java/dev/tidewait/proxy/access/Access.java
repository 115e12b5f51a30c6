package dev.tidewait.proxy.access;

import dev.tidewait.proxy.address.Addresses;
import dev.tidewait.proxy.address.Cidr;
import dev.tidewait.proxy.address.DestinationClass;
import dev.tidewait.proxy.address.EmbeddedIpv4;
import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.address.IpLiteral;
import dev.tidewait.proxy.address.OwnAddresses;
import dev.tidewait.proxy.address.PortRange;
import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The one door of a forward proxy. Any thread; decides at once.
 *
 * <p>Asked in this order; the first no counts, and nothing that comes later makes a yes of it:
 *
 * <ol>
 *   <li>the limits for clients: has the client's address too many connections, or opens them too fast?
 *   <li>{@link #client}: may the address use the proxy at all?
 *   <li>{@link Users#login}: if a password is asked for, is it right? (So nobody without one learns what is denied.)
 *   <li>{@link #request}: the denied methods, in whatever case they are written; the denied ports, then the allowed ones; the denied names.
 *   <li>{@link #addresses}, with what the name was resolved to: the denied blocks; then the allowed blocks, which lift nothing but the kinds;
 *       then the denied kinds. An address that the client wrote itself comes here too. This is the last word: only what it permits is
 *       connected to, and a connection that is used again is asked for again, by its address.
 * </ol>
 *
 * <p>Names are compared in one form (see {@link NamePattern}), as the client wrote them: a name rule keeps people away from a name, not from the
 * addresses behind it, and not from another name for them. Of an address there are many spellings, but {@link HostPort} reads one of them
 * for IPv4 and RFC 4291's for IPv6 and refuses the others; {@link EmbeddedIpv4} finds the IPv4 address in an IPv6 one.
 */
public final class Access {
    /**
     * The method of every tunnel that is asked for as one, also by SOCKS5. Not of a request whose server switches protocols (101, RFC 9110, section
     * 7.8): that one was permitted by its own method.
     */
    public static final String CONNECT = "CONNECT";

    /** What belongs together; a decision looks at one of them only. */
    private record Reading(AccessRules rules, DeniedNames deniedNames) {
        Reading(AccessRules rules) {
            this(rules, new DeniedNames(rules.denials().names()));
        }
    }

    /** Where decisions find the reading that applies; several may look at the same. */
    private static final class Current {
        volatile Reading reading;

        Current(Reading reading) {
            this.reading = reading;
        }
    }

    private final OwnAddresses own;
    private final String tunnelPortsKey;
    private volatile Current current;

    public Access(AccessRules rules, OwnAddresses own) {
        this(rules, own, "access.connect-ports");
    }

    /** @param tunnelPortsKey the setting that the ports for tunnels come from */
    public Access(AccessRules rules, OwnAddresses own, String tunnelPortsKey) {
        this.tunnelPortsKey = tunnelPortsKey;
        this.current = new Current(new Reading(rules));
        this.own = own;
    }

    /** From the next decision on these rules, also for connections that are open: what is denied now is not had by having come early. */
    public void change(AccessRules rules) {
        current.reading = new Reading(rules);
    }

    /** From the next decision on the rules of the other one, as it changes them; not to be changed itself any more. */
    public void follow(Access other) {
        current = other.current;
    }

    private Reading reading() {
        return current.reading;
    }

    /** Why clients from this address may not use the proxy; empty where they may. */
    public Optional<Failure> client(InetAddress client) {
        return allowsClient(reading().rules.clients(), client)
                ? Optional.empty()
                : Optional.of(new Failure(
                        ProxyError.CLIENT_DENIED,
                        "Clients from " + Addresses.text(client)
                                + " may not use this proxy. Add the address to access.allow."));
    }

    /**
     * Whether one of the blocks holds the client. Of the IPv6 addresses that carry an IPv4 address only {@code ::ffff:a.b.c.d} counts as
     * that address: it is how the kernel shows an IPv4 client on an IPv6 socket. The others (6to4, NAT64) come over the network, where
     * anybody can send from one that carries 127.0.0.1.
     */
    public static boolean allowsClient(List<Cidr> blocks, InetAddress client) {
        // Makes an Inet4Address of ::ffff:a.b.c.d.
        return find(blocks, IpLiteral.fromBytes(client.getAddress())).isPresent();
    }

    /**
     * Why this may not be asked for, whatever the destination's address is; empty where it may.
     *
     * @param method of HTTP, as it came; {@link #CONNECT} for every tunnel
     */
    public Optional<Failure> request(String method, HostPort target) {
        Reading now = reading();
        if (denies(now.rules, method)) {
            return Optional.of(
                    denied(ProxyError.METHOD_DENIED, method, target, "the method is in access.deny-methods."));
        }
        return port(now.rules, method, target)
                .or(() -> now.deniedNames
                        .match(target.host())
                        .map(name -> denied(
                                ProxyError.NAME_DENIED,
                                method,
                                target,
                                "the name is in access.deny-names (" + name + ").")));
    }

    /** Whether nobody may send requests with this method. */
    public boolean denies(String method) {
        return denies(reading().rules, method);
    }

    /** Whatever its case: some servers take {@code trace} for TRACE. */
    private static boolean denies(AccessRules rules, String method) {
        return rules.denials().methods().contains(method.toUpperCase(Locale.ROOT));
    }

    /** Why a request that is for the proxy itself may not be made; empty where it may. */
    public Optional<Failure> ownRequest(String method) {
        return denies(method)
                ? Optional.of(new Failure(
                        ProxyError.METHOD_DENIED,
                        method + " of the proxy itself is not allowed: the method is in access.deny-methods."))
                : Optional.empty();
    }

    private Optional<Failure> port(AccessRules rules, String method, HostPort target) {
        int port = target.port();
        Optional<PortRange> never = find(rules.denials().ports(), port);
        if (never.isPresent()) {
            String why = "port " + port + " is in access.deny-ports (" + never.get() + ").";
            return Optional.of(denied(ProxyError.PORT_DENIED, method, target, why));
        }
        boolean tunnel = method.equals(CONNECT);
        List<PortRange> ports = tunnel ? rules.connectPorts() : rules.httpPorts();
        if (find(ports, port).isPresent()) {
            return Optional.empty();
        }
        String why = "port " + port + " is not one of " + ports + ". Add it to "
                + (tunnel ? tunnelPortsKey : "access.http-ports") + ".";
        return Optional.of(denied(ProxyError.PORT_DENIED, method, target, why));
    }

    /** Which of a destination's addresses may be connected to; those that may not are left out.
     *
     * @param method as for {@link #request}
     * @param resolved at least one
     */
    public AddressAnswer addresses(String method, HostPort target, List<InetAddress> resolved) {
        AccessRules rules = reading().rules;
        List<InetAddress> permitted = new ArrayList<>(resolved.size());
        for (InetAddress address : resolved) {
            if (prohibition(rules, address).isEmpty()) {
                permitted.add(address);
            }
        }
        if (!permitted.isEmpty()) {
            return new AddressAnswer.Permitted(permitted);
        }
        InetAddress first = resolved.getFirst();
        String why = "its address " + Addresses.text(first) + " is "
                + prohibition(rules, first).orElse("prohibited.");
        return new AddressAnswer.Denied(denied(ProxyError.ADDRESS_DENIED, method, target, why));
    }

    /** Why this address may not be connected to, as the end of a sentence; empty where it may. */
    private Optional<String> prohibition(AccessRules rules, InetAddress resolved) {
        InetAddress inner = EmbeddedIpv4.orItself(resolved);
        Optional<Cidr> block = find(rules.denials().addresses(), resolved, inner);
        if (block.isPresent()) {
            return Optional.of("in " + block.get() + " of access.deny-addresses.");
        }
        if (find(rules.allowedDestinations(), resolved, inner).isPresent()) {
            return Optional.empty();
        }
        Set<DestinationClass> kinds = rules.deniedDestinations();
        return classOf(resolved)
                .filter(kinds::contains)
                .or(() -> classOf(inner).filter(kinds::contains))
                .map(
                        kind -> kind.text()
                                + ". Add the address to access.allow-destinations, or remove the kind from access.deny-destinations.");
    }

    private Optional<DestinationClass> classOf(InetAddress address) {
        byte[] bytes = address.getAddress();
        int first = bytes[0] & 0xff;
        if (address.isLoopbackAddress()) {
            return Optional.of(DestinationClass.LOOPBACK);
        }
        if (address.isLinkLocalAddress()) {
            return Optional.of(DestinationClass.LINK_LOCAL);
        }
        if (address.isAnyLocalAddress() || (bytes.length == 4 && first == 0)) {
            return Optional.of(DestinationClass.UNSPECIFIED);
        }
        if (address.isMulticastAddress() || (bytes.length == 4 && first >= 240)) {
            return Optional.of(DestinationClass.MULTICAST);
        }
        return own.contains(address) ? Optional.of(DestinationClass.OWN) : Optional.empty();
    }

    private static Failure denied(ProxyError error, String method, HostPort target, String why) {
        return new Failure(error, method + " to " + target + " is not allowed: " + why, !method.equals("HEAD"));
    }

    private static Optional<PortRange> find(List<PortRange> ranges, int port) {
        for (PortRange range : ranges) {
            if (range.contains(port)) {
                return Optional.of(range);
            }
        }
        return Optional.empty();
    }

    private static Optional<Cidr> find(List<Cidr> blocks, InetAddress... spellings) {
        for (Cidr block : blocks) {
            for (InetAddress spelling : spellings) {
                if (block.contains(spelling)) {
                    return Optional.of(block);
                }
            }
        }
        return Optional.empty();
    }
}
