package dev.tidewait.doctor.host;

import dev.tidewait.linux.PortBits;
import dev.tidewait.linux.PortRange;
import java.util.List;

/**
 * The ports that connect() chooses from in this network namespace, for IPv4 and IPv6. Immutable, any thread.
 *
 * @param range net.ipv4.ip_local_port_range
 * @param reserved net.ipv4.ip_local_reserved_ports: not chosen, but free for an explicit bind
 * @param listening every listening TCP port, in and out of the range, in rising order
 * @param ofTidewait ports that a Tidewait instance owns here, in blocks of 1,024
 */
public record PortFacts(PortRange range, PortBits reserved, List<ListeningPort> listening, PortBits ofTidewait) {
    public PortFacts {
        listening = List.copyOf(listening);
    }

    /** Ports that connect() can use for one source and one destination: those of the range, less reserved, less listening ones. */
    public int usableCount() {
        int usable = range.portCount();
        for (int port = range.lowest(); port <= range.highest(); port++) {
            if (reserved.contains(port)) {
                usable--;
            }
        }
        return usable - listeningInside().size();
    }

    /** Services that listen inside the range on ports that are not reserved. */
    public List<ListeningPort> listeningInside() {
        return listening.stream()
                .filter(service -> range.contains(service.port()) && !reserved.contains(service.port()))
                .toList();
    }

    /**
     * Ports with the parity of the first one. {@code __inet_hash_connect()} goes through all of them before it tries the others, so from so many
     * connections to one destination on each connect() searches through all of them first.
     */
    public int firstParityCount() {
        return (range.portCount() + 1) / 2;
    }

    /**
     * The range begins and ends with the same parity: its number of ports is odd, and since the search makes that number even
     * ({@code remaining &= ~1U}) each search leaves one port out.
     */
    public boolean endsHaveSameParity() {
        return range.portCount() % 2 != 0 && range.portCount() > 1;
    }
}
