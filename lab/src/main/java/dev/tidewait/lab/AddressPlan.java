package dev.tidewait.lab;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Every address of the bed, in one family. Immutable. Three links: client – proxy (1), proxy – server or router (2), router – server
 * (3); the clients' many addresses are a prefix of their own behind the client.
 *
 * @param ipv6 which family
 */
record AddressPlan(boolean ipv6) {
    /** Bits of a link's prefix. */
    int linkBits() {
        return ipv6 ? 64 : 24;
    }

    /** Address of a host on a link, as text. */
    String text(int link, int host) {
        return ipv6 ? "fd71:0:0:" + link + "::" + Integer.toHexString(host) : "10.71." + link + "." + host;
    }

    /** With the prefix length, as {@code ip address add} takes it. */
    String onLink(int link, int host) {
        return text(link, host) + "/" + linkBits();
    }

    String linkPrefix(int link) {
        return text(link, 0) + "/" + linkBits();
    }

    InetAddress address(int link, int host) {
        return parse(text(link, host));
    }

    /** Addresses that the clients connect from: room for 16,384. */
    String clientPrefix() {
        return ipv6 ? "fd71:0:0:64::/64" : "10.71.64.0/18";
    }

    InetAddress firstClient() {
        return parse(ipv6 ? "fd71:0:0:64::1" : "10.71.64.1");
    }

    /** Addresses that the server answers on beside its own: room for 1,024. */
    String serverPrefix() {
        return ipv6 ? "fd71:0:0:80::/64" : "10.71.128.0/22";
    }

    InetAddress firstServer() {
        return parse(ipv6 ? "fd71:0:0:80::1" : "10.71.128.1");
    }

    /** {@code ip} with the family's switch does nothing for the batch form; this is the word for every other place. */
    String nftFamily() {
        return ipv6 ? "ip6" : "ip";
    }

    static InetAddress parse(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an address: " + text, e);
        }
    }
}
