package dev.tidewait.doctor.census;

import dev.tidewait.ports.PortSet;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All (source, destination) pairs of one look, found by their addresses: an open-addressing table. Owned by one thread. Allocates for a new pair
 * only, and for no more than {@link #LIMIT}; what comes later is folded into one record without name.
 */
final class PairTable {
    /** About 500 bytes each. The walk goes by hash, so that the pairs with many sockets come early. */
    static final int LIMIT = 32_768;
    /** 8 kB each. */
    private static final int SOURCE_LIMIT = 1_024;

    private static final int FIRST_SLOTS = 1_024;

    private final PortSet automatic;
    private final PortSet own;
    private @Nullable PairFold[] slots = new @Nullable PairFold[FIRST_SLOTS];
    private PairFold[] pairs = new PairFold[64];
    private int size;
    private SourceFold[] sources = new SourceFold[4];
    private int sourceCount;
    /** Stands for the sources and the pairs beyond the limits. */
    private final SourceFold otherSources = new SourceFold(0, 0);

    private final PairFold others;

    /**
     * @param automatic the ports that connect() chooses
     * @param own the ports that Tidewait chooses
     */
    PairTable(PortSet automatic, PortSet own) {
        this.automatic = automatic;
        this.own = own;
        others = new PairFold(0, 0, 0, 0, 0, automatic, own, otherSources);
    }

    List<PairFold> pairs() {
        return Arrays.asList(pairs).subList(0, size);
    }

    List<SourceFold> sources() {
        return Arrays.asList(sources).subList(0, sourceCount);
    }

    /** Everything beyond the limit. */
    PairFold others() {
        return others;
    }

    /** The pair, which is added if it is new. */
    PairFold find(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, int destinationPort) {
        int slot = slotOf(sourceHigh, sourceLow, destinationHigh, destinationLow, destinationPort, slots.length);
        PairFold pair = slots[slot];
        while (pair != null) {
            if (pair.isBetween(sourceHigh, sourceLow, destinationHigh, destinationLow, destinationPort)) {
                return pair;
            }
            slot = (slot + 1) & (slots.length - 1);
            pair = slots[slot];
        }
        if (size == LIMIT) {
            return others;
        }
        return add(slot, sourceHigh, sourceLow, destinationHigh, destinationLow, destinationPort);
    }

    /** The pair with the addresses of one of another look. */
    Optional<PairFold> same(PairFold other) {
        int slot = slotOf(other, slots.length);
        PairFold pair = slots[slot];
        while (pair != null) {
            if (pair.isBetween(
                    other.sourceHigh,
                    other.sourceLow,
                    other.destinationHigh,
                    other.destinationLow,
                    other.destinationPort)) {
                return Optional.of(pair);
            }
            slot = (slot + 1) & (slots.length - 1);
            pair = slots[slot];
        }
        return Optional.empty();
    }

    private PairFold add(int slot, long sh, long sl, long dh, long dl, int port) {
        SourceFold source = source(sh, sl);
        source.addPair();
        PairFold pair = new PairFold(sh, sl, dh, dl, port, automatic, own, source);
        slots[slot] = pair;
        if (size == pairs.length) {
            pairs = Arrays.copyOf(pairs, size * 2);
        }
        pairs[size++] = pair;
        if (size > slots.length / 2) {
            grow();
        }
        return pair;
    }

    /** Few hosts have more than a few sources, and each pair asks once. */
    private SourceFold source(long high, long low) {
        for (int i = 0; i < sourceCount; i++) {
            if (sources[i].low == low && sources[i].high == high) {
                return sources[i];
            }
        }
        if (sourceCount == SOURCE_LIMIT) {
            return otherSources;
        }
        if (sourceCount == sources.length) {
            sources = Arrays.copyOf(sources, sourceCount * 2);
        }
        SourceFold source = new SourceFold(high, low);
        sources[sourceCount++] = source;
        return source;
    }

    private void grow() {
        @Nullable PairFold[] larger = new @Nullable PairFold[slots.length * 2];
        for (PairFold pair : pairs()) {
            int slot = slotOf(pair, larger.length);
            while (larger[slot] != null) {
                slot = (slot + 1) & (larger.length - 1);
            }
            larger[slot] = pair;
        }
        slots = larger;
    }

    private static int slotOf(PairFold pair, int slotCount) {
        return slotOf(
                pair.sourceHigh,
                pair.sourceLow,
                pair.destinationHigh,
                pair.destinationLow,
                pair.destinationPort,
                slotCount);
    }

    private static int slotOf(long sh, long sl, long dh, long dl, int port, int slotCount) {
        long hash = Mix.mix(sh ^ Mix.mix(sl));
        hash = Mix.mix(hash ^ dh);
        hash = Mix.mix(hash ^ dl);
        return (int) Mix.mix(hash ^ port) & (slotCount - 1);
    }
}
