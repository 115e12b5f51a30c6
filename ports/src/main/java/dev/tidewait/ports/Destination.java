package dev.tidewait.ports;

import java.net.InetSocketAddress;

/**
 * An address and a port to connect to. Immutable.
 *
 * @param address where to
 * @param port 1 to 65,535
 */
public record Destination(IpAddress address, int port) {
    public Destination {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("a destination's port is 1 to 65535, not " + port);
        }
    }

    /** The destination of a resolved socket address. */
    public static Destination of(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("not resolved: " + address);
        }
        return new Destination(IpAddress.of(address.getAddress()), address.getPort());
    }

    @Override
    public String toString() {
        return address.isV4() ? address + ":" + port : "[" + address + "]:" + port;
    }
}
