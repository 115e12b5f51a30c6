package dev.tidewait.proxy.access;

import dev.tidewait.proxy.address.Cidr;
import dev.tidewait.proxy.address.DestinationClass;
import dev.tidewait.proxy.address.IpLiteral;
import dev.tidewait.proxy.address.OwnAddresses;
import dev.tidewait.proxy.address.PortRange;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Decides {@link AccessRules} on real addresses. Any thread. */
public final class Access {
    /** RFC 6052, section 2.1, and RFC 8215: an IPv4 address in the last 32 bits. */
    private static final Cidr NAT64 = Cidr.parse("64:ff9b::/96");

    private static final Cidr NAT64_LOCAL = Cidr.parse("64:ff9b:1::/48");
    /** RFC 3056: an IPv4 address in bits 16 to 47. */
    private static final Cidr SIX_TO_FOUR = Cidr.parse("2002::/16");

    private static final int MAPPED_PREFIX_BYTES = 12;

    private final AccessRules rules;
    private final OwnAddresses own;

    public Access(AccessRules rules, OwnAddresses own) {
        this.rules = rules;
        this.own = own;
    }

    public boolean allowsClient(InetAddress client) {
        return allowsClient(rules.clients(), client);
    }

    /**
     * Whether one of the blocks holds the client. Of the IPv6 addresses that carry an IPv4 address only {@code ::ffff:a.b.c.d} counts as
     * that address: it is how the kernel shows an IPv4 client on an IPv6 socket. The others (6to4, NAT64) come over the network, where
     * anybody can send from one that carries 127.0.0.1.
     */
    public static boolean allowsClient(List<Cidr> blocks, InetAddress client) {
        // Makes an Inet4Address of ::ffff:a.b.c.d.
        return contains(blocks, IpLiteral.fromBytes(client.getAddress()));
    }

    public boolean allowsPort(int port) {
        for (PortRange range : rules.connectPorts()) {
            if (range.contains(port)) {
                return true;
            }
        }
        return false;
    }

    /** Why this resolved address may not be connected to; empty where it may. */
    public Optional<DestinationClass> prohibition(InetAddress resolved) {
        InetAddress inner = plain(resolved);
        if (contains(rules.allowedDestinations(), resolved) || contains(rules.allowedDestinations(), inner)) {
            return Optional.empty();
        }
        Optional<DestinationClass> asWritten = classOf(resolved).filter(rules.deniedDestinations()::contains);
        return asWritten.isPresent() ? asWritten : classOf(inner).filter(rules.deniedDestinations()::contains);
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

    private static boolean contains(List<Cidr> blocks, InetAddress address) {
        for (Cidr block : blocks) {
            if (block.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** The IPv4 address that an IPv6 destination may lead to, or the address itself. */
    private static InetAddress plain(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address;
        }
        byte[] bytes = address.getAddress();
        if (SIX_TO_FOUR.contains(address)) {
            return IpLiteral.fromBytes(Arrays.copyOfRange(bytes, 2, 6));
        }
        boolean embedded = NAT64.contains(address) || NAT64_LOCAL.contains(address) || isMappedOrCompatible(bytes);
        return embedded ? IpLiteral.fromBytes(Arrays.copyOfRange(bytes, 12, 16)) : address;
    }

    /** RFC 4291, section 2.5.5: ::ffff:a.b.c.d, and the deprecated ::a.b.c.d; but not :: and ::1. */
    private static boolean isMappedOrCompatible(byte[] bytes) {
        for (int i = 0; i < 10; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        boolean mapped = bytes[10] == -1 && bytes[11] == -1;
        boolean compatible = bytes[10] == 0 && bytes[11] == 0 && (bytes[MAPPED_PREFIX_BYTES] != 0 || bytes[13] != 0);
        return mapped || compatible;
    }
}
