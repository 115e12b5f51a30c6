package dev.tidewait.lab;

import java.net.InetAddress;

/**
 * The clients' own addresses and ports, used in ring order. Immutable.
 *
 * @param first first address; the others follow it by number
 * @param addressCount how many addresses
 * @param portLow first port, inclusive
 * @param portHigh last port, inclusive
 */
public record SourceRing(InetAddress first, int addressCount, int portLow, int portHigh) {
    public SourceRing {
        if (addressCount < 1 || addressCount > 10_000 || portLow < 1 || portHigh < portLow || portHigh > 65_535) {
            throw new IllegalArgumentException(
                    "not a ring of sources: " + addressCount + " addresses, ports " + portLow + "-" + portHigh);
        }
    }

    /** All unprivileged ports of so many addresses. */
    public static SourceRing of(InetAddress first, int addressCount) {
        return new SourceRing(first, addressCount, 1024, 65_535);
    }
}
