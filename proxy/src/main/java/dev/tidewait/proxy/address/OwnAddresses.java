package dev.tidewait.proxy.address;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The addresses of this host's interfaces, as of the last {@link #refresh()}. Any thread. */
public final class OwnAddresses {
    private static final Logger LOG = LoggerFactory.getLogger(OwnAddresses.class);

    private volatile Set<InetAddress> addresses = Set.of();
    private volatile boolean wideIpv6;

    public OwnAddresses() {
        refresh();
    }

    public boolean contains(InetAddress address) {
        return addresses.contains(address);
    }

    /**
     * Whether there is an IPv6 address that reaches into the Internet. One of RFC 4193 (fc00::/7) does not: RFC 6724 ranks IPv4 above it for
     * global destinations.
     */
    public boolean hasWideIpv6() {
        return wideIpv6;
    }

    /** Asks the kernel, which may take a moment; if it does not answer, what was known stays. */
    public void refresh() {
        try {
            Set<InetAddress> found = NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .collect(Collectors.toUnmodifiableSet());
            addresses = found;
            wideIpv6 = found.stream()
                    .anyMatch(address -> address instanceof Inet6Address
                            && !address.isLoopbackAddress()
                            && !address.isLinkLocalAddress()
                            && (address.getAddress()[0] & 0xfe) != 0xfc);
        } catch (SocketException e) {
            LOG.warn("the addresses of this host could not be read; those of before stay in force", e);
        }
    }
}
