package dev.tidewait.proxy.address;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Addresses as text, the way people write them: IPv6 as RFC 5952 asks. Stateless. */
public final class Addresses {
    private static final int GROUP_COUNT = 8;

    private Addresses() {}

    /** {@code 192.0.2.7:80}, {@code [2001:db8::7]:80}; never asks a name service. */
    public static String text(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        if (ip == null) {
            return address.getHostString() + ":" + address.getPort();
        }
        String text = text(ip);
        return (ip instanceof Inet6Address ? "[" + text + "]" : text) + ":" + address.getPort();
    }

    /** {@code 192.0.2.7}, {@code 2001:db8::7}, {@code fe80::1%eth0}. */
    public static String text(InetAddress address) {
        return address instanceof Inet6Address six ? text(six) : address.getHostAddress();
    }

    /** RFC 5952, section 4: no leading zeros, lower case, the first of the longest runs of zero groups as two colons. */
    private static String text(Inet6Address address) {
        int[] groups = groups(address.getAddress());
        int gapAt = GROUP_COUNT;
        int gapLength = 1; // one group alone is written as 0
        for (int i = 0; i < GROUP_COUNT; i++) {
            int length = zerosFrom(groups, i);
            if (length > gapLength) {
                gapAt = i;
                gapLength = length;
            }
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < GROUP_COUNT; i++) {
            if (i == gapAt) {
                out.append("::");
                i += gapLength - 1;
            } else {
                boolean first = i == 0 || i == gapAt + gapLength;
                out.append(first ? "" : ":").append(Integer.toHexString(groups[i]));
            }
        }
        String zoned = address.getHostAddress();
        int zone = zoned.indexOf('%');
        return zone < 0
                ? out.toString()
                : out.append(zoned, zone, zoned.length()).toString();
    }

    private static int[] groups(byte[] bytes) {
        int[] groups = new int[GROUP_COUNT];
        for (int i = 0; i < GROUP_COUNT; i++) {
            groups[i] = ((bytes[2 * i] & 0xff) << 8) | (bytes[2 * i + 1] & 0xff);
        }
        return groups;
    }

    private static int zerosFrom(int[] groups, int from) {
        int at = from;
        while (at < GROUP_COUNT && groups[at] == 0) {
            at++;
        }
        return at - from;
    }
}
