package dev.tidewait.netty;

import dev.tidewait.ports.Destination;
import dev.tidewait.ports.DestinationPolicy;
import dev.tidewait.ports.Floors;
import dev.tidewait.ports.IpAddress;
import dev.tidewait.ports.PortOrder;
import dev.tidewait.ports.Source;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.List;

/** Floors and sources of each destination, by the settings and by routing. Immutable; any thread. */
final class Policies implements DestinationPolicy.Lookup {
    private final PortSettings settings;
    private final PortOrder order;

    Policies(PortSettings settings, PortOrder order) {
        this.settings = settings;
        this.order = order;
    }

    @Override
    public DestinationPolicy of(Destination destination) {
        Floors floors = settings.floors();
        List<IpAddress> addresses = settings.sources();
        for (PortSettings.ForDestination exception : settings.destinations()) {
            if (exception.matches().test(destination)) {
                floors = exception.floors();
                addresses = exception.sources().isEmpty() ? addresses : exception.sources();
                break;
            }
        }
        List<IpAddress> from = addresses.isEmpty() ? List.of(routed(destination)) : ofFamily(addresses, destination);
        return new DestinationPolicy(
                floors, from.stream().map(address -> new Source(address, order)).toList());
    }

    private static List<IpAddress> ofFamily(List<IpAddress> addresses, Destination destination) {
        boolean v4 = destination.address().isV4();
        List<IpAddress> family =
                addresses.stream().filter(address -> address.isV4() == v4).toList();
        if (family.isEmpty()) {
            throw new NoSourceException(
                    "no source for " + destination + ": none of sources.addresses " + addresses + " is an "
                            + (v4 ? "IPv4" : "IPv6") + " address; add one, or leave sources.addresses at auto",
                    null);
        }
        return family;
    }

    /**
     * The source that the kernel would choose: connect() on a datagram socket asks routing and sends nothing.
     *
     * @throws NoSourceException if there is no route
     */
    private static IpAddress routed(Destination destination) {
        try (DatagramChannel probe = DatagramChannel.open()) {
            probe.connect(new InetSocketAddress(destination.address().toInetAddress(), destination.port()));
            return IpAddress.of(((InetSocketAddress) probe.getLocalAddress()).getAddress());
        } catch (IOException | UnsupportedAddressTypeException e) {
            // The latter is what Java says of an IPv6 address where this host has no IPv6.
            throw new NoSourceException(
                    "no route to " + destination + " (" + e + "): check `ip route get " + destination.address()
                            + "` on this host",
                    e);
        }
    }
}
