package dev.tidewait.app.configuration;

import dev.tidewait.proxy.address.Addresses;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * A DNS server. Immutable.
 *
 * @param address empty = auto: those of {@code /etc/resolv.conf}
 */
public record NameServer(Optional<InetSocketAddress> address) {
    public static final NameServer AUTO = new NameServer(Optional.empty());

    @Override
    public String toString() {
        return address.map(Addresses::text).orElse("auto");
    }
}
