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

/**
 * Floors and sources of each destination, by the settings and by routing. Any thread.
 *
 * <p>Floors may change while it runs. Sources stay as they were at the start: the ledgers of a destination know what cools at its own
 * sources, and would know nothing of another one's.
 */
final class Policies implements DestinationPolicy.Lookup {
    private final PortSettings settings;
    private final PortOrder order;
    private volatile PortSettings forFloors;

    Policies(PortSettings settings, PortOrder order) {
        this.settings = settings;
        this.order = order;
        this.forFloors = settings;
    }

    /** Takes the floors from here on from {@code next}. */
    void regulate(PortSettings next) {
        forFloors = next;
    }

    Floors floors(Destination destination) {
        PortSettings now = forFloors;
        for (PortSettings.ForDestination exception : now.destinations()) {
            if (exception.matches().test(destination)) {
                return exception.floors();
            }
        }
        return now.floors();
    }

    @Override
    public DestinationPolicy of(Destination destination) {
        List<IpAddress> addresses = settings.sources();
        for (PortSettings.ForDestination exception : settings.destinations()) {
            if (exception.matches().test(destination)) {
                addresses = exception.sources().isEmpty() ? addresses : exception.sources();
                break;
            }
        }
        List<IpAddress> from = addresses.isEmpty() ? List.of(routed(destination)) : ofFamily(addresses, destination);
        return new DestinationPolicy(
                floors(destination),
                from.stream().map(address -> new Source(address, order)).toList());
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
