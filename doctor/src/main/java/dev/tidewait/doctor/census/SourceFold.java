package dev.tidewait.doctor.census;

import dev.tidewait.ports.IpAddress;
import java.util.BitSet;

/** What one look found of one source, on ports that connect() chooses. Owned by one thread. */
final class SourceFold {
    final long high;
    final long low;
    private final BitSet ports = new BitSet(65_536);
    private int pairCount;
    private int socketCount;

    SourceFold(long high, long low) {
        this.high = high;
        this.low = low;
    }

    void addPair() {
        pairCount++;
    }

    void add(int port) {
        socketCount++;
        ports.set(port);
    }

    boolean isEmpty() {
        return socketCount == 0;
    }

    SourceUse use(AutomaticPorts automatic) {
        int firstParity = (int) ports.stream().filter(automatic::isFirstParity).count();
        return new SourceUse(
                new IpAddress(high, low),
                pairCount,
                socketCount,
                ports.cardinality(),
                firstParity,
                automatic.usable().size());
    }
}
