package dev.tidewait.evidence.live;

import dev.tidewait.ports.IpAddress;

/**
 * Remote addresses that begin alike: a destination class. Immutable. Not for reports that leave the host.
 *
 * @param first its first address
 * @param bits how many bits are common; of an IPv4 address 0 to 32
 */
public record RemotePrefix(IpAddress first, int bits) {
    @Override
    public String toString() {
        return first + "/" + bits;
    }
}
