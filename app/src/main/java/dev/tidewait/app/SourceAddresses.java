package dev.tidewait.app;

import dev.tidewait.app.configuration.SourceBlock;
import dev.tidewait.ports.IpAddress;
import dev.tidewait.proxy.address.Cidr;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which of the addresses that the configuration names this host can connect from. No state; asks the kernel. */
final class SourceAddresses {
    private SourceAddresses() {}

    /**
     * The addresses of the blocks that this host has, found by binding to each: addresses of a local route count too.
     *
     * @return empty for auto
     * @throws UnusableSourceException if a block holds none
     */
    static List<IpAddress> expand(List<SourceBlock> blocks) {
        Set<IpAddress> usable = new LinkedHashSet<>();
        Set<InetAddress> broadcast = new HashSet<>();
        for (SourceBlock block : blocks) {
            if (block.isAuto()) {
                return List.of();
            }
            if (broadcast.isEmpty()) {
                broadcast.addAll(broadcastAddresses());
            }
            Cidr cidr = block.block().orElseThrow();
            List<IpAddress> here = new ArrayList<>();
            for (InetAddress address : addresses(cidr)) {
                if (!broadcast.contains(address) && isLocal(address)) {
                    here.add(IpAddress.of(address));
                }
            }
            if (here.isEmpty()) {
                throw new UnusableSourceException("sources: this host has no address in " + cidr
                        + "; add it to an interface (ip address add), or name addresses that 'ip address' shows");
            }
            usable.addAll(here);
        }
        return List.copyOf(usable);
    }

    private static List<InetAddress> addresses(Cidr cidr) {
        byte[] first = cidr.network().getAddress();
        int count = 1 << (first.length * 8 - cidr.prefixLength());
        List<InetAddress> addresses = new ArrayList<>(count);
        for (int offset = 0; offset < count; offset++) {
            byte[] bytes = first.clone();
            for (int i = 0; i < Integer.BYTES; i++) {
                bytes[bytes.length - 1 - i] |= (byte) (offset >>> (8 * i));
            }
            addresses.add(IpAddress.of(bytes).toInetAddress());
        }
        return addresses;
    }

    private static boolean isLocal(InetAddress address) {
        try (SocketChannel probe = SocketChannel.open()) {
            probe.bind(new InetSocketAddress(address, 0));
            return true;
        } catch (IOException notHere) {
            return false; // EADDRNOTAVAIL is the answer to the question
        }
    }

    private static List<InetAddress> broadcastAddresses() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(one -> one.getInterfaceAddresses().stream())
                    .map(InterfaceAddress::getBroadcast)
                    .filter(address -> address != null)
                    .toList();
        } catch (SocketException e) {
            throw new UnusableSourceException(
                    "sources: the interfaces of this host cannot be listed: " + e.getMessage());
        }
    }
}
