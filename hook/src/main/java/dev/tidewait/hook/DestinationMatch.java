package dev.tidewait.hook;

import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;
import java.net.InetAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Some destinations: a block of addresses, at one port or at all. Immutable.
 *
 * @param network the block's first address; bits behind the prefix are cleared
 * @param prefixLength bits that count: 0 to 32 for IPv4, 0 to 128 for IPv6
 * @param port 1 to 65,535; 0 = any
 */
public record DestinationMatch(IpAddress network, int prefixLength, int port) {
    /** The IPv4-mapped prefix ::ffff:0:0/96 in front of an IPv4 address. */
    private static final int MAPPED_BITS = 96;

    private static final int ADDRESS_BITS = 128;
    private static final int HIGHEST_PORT = 65_535;
    private static final Pattern BRACKETED = Pattern.compile("\\[([0-9a-fA-F:.]+)(?:/(\\d{1,3}))?](?::(\\d{1,5}))?");

    private static final Pattern IPV6 =
            Pattern.compile("([0-9a-fA-F:.]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)(?:/(\\d{1,3}))?");
    private static final Pattern IPV4 =
            Pattern.compile("(\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3})(?:/(\\d{1,3}))?(?::(\\d{1,5}))?");

    public DestinationMatch {
        int most = network.isV4() ? ADDRESS_BITS - MAPPED_BITS : ADDRESS_BITS;
        if (prefixLength < 0 || prefixLength > most) {
            throw new IllegalArgumentException(
                    "a prefix of " + network + " is 0 to " + most + " bits long, not " + prefixLength);
        }
        if (port < 0 || port > HIGHEST_PORT) {
            throw new IllegalArgumentException("a destination's port is 1 to 65535, or 0 for any, not " + port);
        }
        network = masked(network, mappedPrefixLength(network, prefixLength));
    }

    /**
     * Reads {@code 203.0.113.0/24}, {@code 203.0.113.7:443}, {@code 2001:db8::/32} or {@code [2001:db8::/32]:443}.
     *
     * @throws IllegalArgumentException with what is wrong, for text that is anything else
     */
    public static DestinationMatch parse(String text) {
        Matcher matcher = BRACKETED.matcher(text);
        if (matcher.matches()) {
            return of(text, matcher.group(1), matcher.group(2), matcher.group(3));
        }
        matcher = IPV6.matcher(text);
        if (matcher.matches()) {
            return of(text, matcher.group(1), matcher.group(2), null);
        }
        matcher = IPV4.matcher(text);
        if (matcher.matches()) {
            return of(text, matcher.group(1), matcher.group(2), matcher.group(3));
        }
        throw unreadable(text);
    }

    private static DestinationMatch of(String text, String address, @Nullable String prefix, @Nullable String port) {
        IpAddress network;
        try {
            network = IpAddress.of(InetAddress.ofLiteral(address));
        } catch (IllegalArgumentException e) {
            throw unreadable(text);
        }
        int all = network.isV4() ? ADDRESS_BITS - MAPPED_BITS : ADDRESS_BITS;
        return new DestinationMatch(
                network, prefix == null ? all : Integer.parseInt(prefix), port == null ? 0 : Integer.parseInt(port));
    }

    /** Whether {@code destination} is one of these. */
    public boolean matches(Destination destination) {
        return (port == 0 || port == destination.port())
                && destination.address().isV4() == network.isV4()
                && masked(destination.address(), mappedPrefixLength(network, prefixLength))
                        .equals(network);
    }

    /** Ones where an address must be the network's. */
    IpAddress mask() {
        int bits = mappedPrefixLength(network, prefixLength);
        return new IpAddress(ones(bits), ones(bits - Long.SIZE));
    }

    @Override
    public String toString() {
        String block = network + "/" + prefixLength;
        if (port == 0) {
            return block;
        }
        return network.isV4() ? block + ":" + port : "[" + block + "]:" + port;
    }

    private static int mappedPrefixLength(IpAddress network, int prefixLength) {
        return network.isV4() ? MAPPED_BITS + prefixLength : prefixLength;
    }

    private static IpAddress masked(IpAddress address, int bits) {
        return new IpAddress(address.high() & ones(bits), address.low() & ones(bits - Long.SIZE));
    }

    /** The highest {@code bits} of 64; none below 0, all above 64. */
    private static long ones(int bits) {
        if (bits <= 0) {
            return 0;
        }
        return bits >= Long.SIZE ? -1L : -1L << (Long.SIZE - bits);
    }

    private static IllegalArgumentException unreadable(String text) {
        return new IllegalArgumentException(
                "a destination is written like 203.0.113.0/24, 203.0.113.7:443 or [2001:db8::/32]:443, unlike \"" + text
                        + "\"");
    }
}
