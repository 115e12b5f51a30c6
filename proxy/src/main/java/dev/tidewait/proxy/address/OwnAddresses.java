package dev.tidewait.proxy.address;

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

    public OwnAddresses() {
        refresh();
    }

    public boolean contains(InetAddress address) {
        return addresses.contains(address);
    }

    /** Asks the kernel, which may take a moment; if it does not answer, what was known stays. */
    public void refresh() {
        try {
            addresses = NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .collect(Collectors.toUnmodifiableSet());
        } catch (SocketException e) {
            LOG.warn("the addresses of this host could not be read; those of before stay in force", e);
        }
    }
}
