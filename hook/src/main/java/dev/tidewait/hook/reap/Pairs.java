package dev.tidewait.hook.reap;

import java.util.Arrays;

/**
 * All (source, destination) pairs of one census, found by their addresses: an open-addressing table over objects that are used again.
 * Owned by one thread. Allocates only when there are more pairs than ever before.
 */
final class Pairs {
    private static final int FIRST_SLOTS = 256;
    private static final int FREE = -1;

    private final AddressFilter sources;
    private final AddressFilter destinations;
    private Pair[] pairs = new Pair[0];
    private int size;
    /** Indexes into {@link #pairs}; at most half are in use. */
    private int[] slots = new int[FIRST_SLOTS];

    Pairs(AddressFilter sources, AddressFilter destinations) {
        this.sources = sources;
        this.destinations = destinations;
        clear();
    }

    void clear() {
        size = 0;
        Arrays.fill(slots, FREE);
    }

    int size() {
        return size;
    }

    Pair get(int index) {
        return pairs[index];
    }

    /** Index of the pair, which is added if it is new. */
    int find(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, int destinationPort) {
        int slot = slotOf(sourceHigh, sourceLow, destinationHigh, destinationLow, destinationPort);
        while (slots[slot] != FREE) {
            if (pairs[slots[slot]].isBetween(sourceHigh, sourceLow, destinationHigh, destinationLow, destinationPort)) {
                return slots[slot];
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        int index = size++;
        if (index == pairs.length) {
            pairs = Arrays.copyOf(pairs, Math.max(16, pairs.length * 2));
            for (int i = index; i < pairs.length; i++) {
                pairs[i] = new Pair();
            }
        }
        pairs[index].begin(
                sourceHigh,
                sourceLow,
                destinationHigh,
                destinationLow,
                destinationPort,
                sources.matches(sourceHigh, sourceLow, 0)
                        && destinations.matches(destinationHigh, destinationLow, destinationPort));
        slots[slot] = index;
        if (size > slots.length / 2) {
            grow();
        }
        return index;
    }

    private void grow() {
        slots = new int[slots.length * 2];
        Arrays.fill(slots, FREE);
        for (int i = 0; i < size; i++) {
            Pair pair = pairs[i];
            int slot = slotOf(
                    pair.sourceHigh, pair.sourceLow, pair.destinationHigh, pair.destinationLow, pair.destinationPort);
            while (slots[slot] != FREE) {
                slot = (slot + 1) & (slots.length - 1);
            }
            slots[slot] = i;
        }
    }

    private int slotOf(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, int port) {
        long hash = sourceHigh;
        hash = mix(hash ^ sourceLow);
        hash = mix(hash ^ destinationHigh);
        hash = mix(hash ^ destinationLow);
        hash = mix(hash ^ port);
        return (int) hash & (slots.length - 1);
    }

    /** The finalizer of SplitMix64: each bit reaches all others. */
    private static long mix(long bits) {
        long mixed = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
