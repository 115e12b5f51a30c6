package dev.tidewait.ports;

/**
 * The port ledger of one (source, destination) at one moment, all stripes together. Immutable.
 *
 * @param source address connected from
 * @param usable ports that may be leased at all
 * @param leased live connections
 * @param cooling released, not as good as new
 * @param unused never leased
 * @param aside listening, refused or still held by the kernel
 * @param headroom ports that could be leased now
 * @param timeWait TIME_WAIT sockets that the kernel should hold for it
 * @param leases leases since the ledger was made
 */
public record SourceSnapshot(
        IpAddress source,
        int usable,
        int leased,
        int cooling,
        int unused,
        int aside,
        int headroom,
        int timeWait,
        long leases) {
    SourceSnapshot plus(SourceSnapshot other) {
        return new SourceSnapshot(
                source,
                usable + other.usable,
                leased + other.leased,
                cooling + other.cooling,
                unused + other.unused,
                aside + other.aside,
                headroom + other.headroom,
                timeWait + other.timeWait,
                leases + other.leases);
    }
}
