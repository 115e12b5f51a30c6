package dev.tidewait.ports;

/**
 * The order in which a set of ports is first used: a permutation chosen by a key, and per (source, destination) a place in it
 * to begin at. Immutable; shared by all ledgers of the set.
 *
 * <p>RFC 6056 asks that the next port cannot be guessed; its algorithm 3 hashes (source, destination, key) to an offset. A plain
 * offset into ascending ports would let one observed port predict the next, so the ports are shuffled by the key first. The
 * offset also spreads the sockets of different destinations over all ports, which keeps bind() cheap (its cost grows with the
 * sockets on one port; Linux since 6.8).
 */
public final class PortOrder {
    private final PortSet ports;
    private final char[] shuffled;
    /** Position of each port in {@link #shuffled}, plus 1. */
    private final int[] positions = new int[65_536];

    private final SipHash hash;

    /** @param key0 with {@code key1} 128 secret bits, new at each start */
    public PortOrder(PortSet ports, long key0, long key1) {
        this.ports = ports;
        this.hash = new SipHash(key0, key1);
        int[] ascending = ports.toArray();
        this.shuffled = new char[ascending.length];
        for (int i = 0; i < shuffled.length; i++) {
            // Fisher-Yates, inside out; the modulus favours no index by more than 2^-48.
            int j = (int) Long.remainderUnsigned(hash.hash(i), i + 1L);
            shuffled[i] = shuffled[j];
            shuffled[j] = (char) ascending[i];
        }
        for (int i = 0; i < shuffled.length; i++) {
            positions[shuffled[i]] = i + 1;
        }
    }

    public PortSet ports() {
        return ports;
    }

    public int size() {
        return shuffled.length;
    }

    /** A copy of the permutation, for an implementation of the rule elsewhere. */
    public char[] toArray() {
        return shuffled.clone();
    }

    /** Where the ledger of ({@code source}, {@code destination}) begins: 0 to size − 1. */
    int offset(IpAddress source, Destination destination) {
        IpAddress to = destination.address();
        long mixed = hash.hash(source.high(), source.low(), to.high(), to.low(), destination.port());
        return shuffled.length == 0 ? 0 : (int) Long.remainderUnsigned(mixed, shuffled.length);
    }

    /** The port at {@code index} of the endless order, 0 ≤ index &lt; 2 · size. */
    int portAt(int index) {
        return shuffled[index < shuffled.length ? index : index - shuffled.length];
    }

    /** Where {@code port} stands in the permutation; −1 if it is not of the set. */
    public int positionOf(int port) {
        return positions[port] - 1;
    }

    @Override
    public String toString() {
        return "order of " + ports;
    }
}
