package dev.tidewait.proxy.address;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;

/** The IPv4 address inside an IPv6 destination, where a translator or a tunnel on the way would take it out. Stateless. */
public final class EmbeddedIpv4 {
    /** RFC 6052, section 2.1, and RFC 8215: an IPv4 address in the last 32 bits. */
    private static final Cidr NAT64 = Cidr.parse("64:ff9b::/96");

    private static final Cidr NAT64_LOCAL = Cidr.parse("64:ff9b:1::/48");
    /** RFC 3056: an IPv4 address in bits 16 to 47. */
    private static final Cidr SIX_TO_FOUR = Cidr.parse("2002::/16");

    private static final int MAPPED_PREFIX_BYTES = 12;

    private EmbeddedIpv4() {}

    /** The IPv4 address that an IPv6 destination may lead to, or the address itself. */
    public static InetAddress orItself(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address;
        }
        byte[] bytes = address.getAddress();
        if (SIX_TO_FOUR.contains(address)) {
            return IpLiteral.fromBytes(Arrays.copyOfRange(bytes, 2, 6));
        }
        boolean embedded = NAT64.contains(address) || NAT64_LOCAL.contains(address) || isMappedOrCompatible(bytes);
        return embedded ? IpLiteral.fromBytes(Arrays.copyOfRange(bytes, MAPPED_PREFIX_BYTES, 16)) : address;
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
