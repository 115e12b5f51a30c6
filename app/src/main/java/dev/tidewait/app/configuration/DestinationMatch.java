package dev.tidewait.app.configuration;

import dev.tidewait.proxy.address.Cidr;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.OptionalInt;

/**
 * Some destinations. Immutable.
 *
 * @param port empty = any
 */
public record DestinationMatch(Cidr block, OptionalInt port) {
    public boolean matches(InetSocketAddress destination) {
        return (port.isEmpty() || port.getAsInt() == destination.getPort()) && block.contains(destination.getAddress());
    }

    @Override
    public String toString() {
        if (port.isEmpty()) {
            return block.toString();
        }
        boolean six = block.network() instanceof Inet6Address;
        return (six ? "[" + block + "]" : block.toString()) + ":" + port.getAsInt();
    }
}
