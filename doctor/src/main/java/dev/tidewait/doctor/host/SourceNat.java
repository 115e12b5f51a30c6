package dev.tidewait.doctor.host;

import java.util.List;

/**
 * Source addresses and ports that netfilter translates here (NAT: masquerade, snat), told by the TCP entries of its table whose answers come back to
 * another address or port than the one that opened the connection. Immutable, any thread.
 *
 * @param mappingCount TCP connections that leave with another source, those that closed and are still held too
 * @param ways the same by translated address and destination, most mappings first
 */
public record SourceNat(long mappingCount, List<NatWay> ways) {
    /**
     * Ports for each translated address and destination: 1024-65535 for a source port in that range. There is no setting for it, only a rule can name
     * others (nf_nat_l4proto_unique_tuple() of Linux).
     */
    public static final int PORTS = 64_512;

    /** Nothing is translated. */
    static final SourceNat NONE = new SourceNat(0, List.of());

    public SourceNat {
        ways = List.copyOf(ways);
    }
}
