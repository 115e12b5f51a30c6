package dev.tidewait.lab;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.IntStream;

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

    /** The same addresses with the ports dealt out in so many parts of the same size; a rest is left out. */
    List<SourceRing> split(int parts) {
        int portsEach = (portHigh - portLow + 1) / parts;
        if (portsEach == 0) {
            throw new IllegalArgumentException(
                    "ports " + portLow + "-" + portHigh + " cannot be dealt out to " + parts + " processes");
        }
        return IntStream.range(0, parts)
                .mapToObj(i ->
                        new SourceRing(first, addressCount, portLow + i * portsEach, portLow + (i + 1) * portsEach - 1))
                .toList();
    }

    /** All unprivileged ports of so many addresses. */
    public static SourceRing of(InetAddress first, int addressCount) {
        return new SourceRing(first, addressCount, 1024, 65_535);
    }
}
