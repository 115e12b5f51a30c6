package dev.tidewait.proxy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Addresses as text, the way people write them. Stateless. */
final class Addresses {
    private Addresses() {}

    /** {@code 192.0.2.7:80}, {@code [2001:db8::7]:80}; never asks a name service. */
    static String text(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        if (ip == null) {
            return address.getHostString() + ":" + address.getPort();
        }
        String text = ip.getHostAddress();
        return (ip instanceof Inet6Address ? "[" + text + "]" : text) + ":" + address.getPort();
    }
}
