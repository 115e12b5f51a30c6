package dev.tidewait.linux;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A set of port numbers 0 to 65535, one bit each. Immutable, any thread. */
public final class PortBits {
    /** No port. */
    public static final PortBits NONE = new PortBits(new BitSet());

    private static final int PORTS = 65536;

    private final BitSet bits;

    private PortBits(BitSet bits) {
        this.bits = bits;
    }

    /** The ports whose bits are set. */
    public static PortBits copyOf(BitSet ports) {
        if (ports.length() > PORTS) {
            throw new IllegalArgumentException("a port is 0 to 65535, not " + (ports.length() - 1));
        }
        return new PortBits((BitSet) ports.clone());
    }

    /** These ports. */
    public static PortBits of(PortRange... ranges) {
        BitSet bits = new BitSet(PORTS);
        for (PortRange range : ranges) {
            bits.set(range.lowest(), range.highest() + 1);
        }
        return new PortBits(bits);
    }

    /**
     * Reads the kernel's notation of ip_local_reserved_ports: numbers and ranges separated by commas, such as
     * {@code 8080,9000-9010}; empty for none.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static PortBits parse(String text) {
        BitSet bits = new BitSet(PORTS);
        if (text.isBlank()) {
            return NONE;
        }
        for (String part : text.strip().split(",", -1)) {
            PortRange range = parseRange(part.strip(), text);
            bits.set(range.lowest(), range.highest() + 1);
        }
        return new PortBits(bits);
    }

    /** True if the port is one of them. */
    public boolean contains(int port) {
        return bits.get(port);
    }

    /** Number of ports. */
    public int portCount() {
        return bits.cardinality();
    }

    /** True if there is no port. */
    public boolean isEmpty() {
        return bits.isEmpty();
    }

    /** The ports in rising order. */
    public IntStream stream() {
        return bits.stream();
    }

    /** The lowest port that is not below {@code from}; −1 if there is none. */
    public int next(int from) {
        return bits.nextSetBit(from);
    }

    /** The ports as ranges in rising order, as few as possible. */
    public List<PortRange> ranges() {
        List<PortRange> ranges = new ArrayList<>();
        for (int first = bits.nextSetBit(0); first >= 0; ) {
            int end = bits.nextClearBit(first);
            ranges.add(new PortRange(first, end - 1));
            first = bits.nextSetBit(end);
        }
        return ranges;
    }

    /** A copy that the caller may change. */
    public BitSet toBitSet() {
        return (BitSet) bits.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PortBits that && bits.equals(that.bits);
    }

    @Override
    public int hashCode() {
        return bits.hashCode();
    }

    /** The kernel's notation, as {@link #parse} reads it. */
    @Override
    public String toString() {
        return ranges().stream().map(PortRange::toString).collect(Collectors.joining(","));
    }

    private static PortRange parseRange(String part, String text) {
        int dash = part.indexOf('-');
        try {
            return dash < 0
                    ? new PortRange(Integer.parseInt(part), Integer.parseInt(part))
                    : new PortRange(
                            Integer.parseInt(part.substring(0, dash)), Integer.parseInt(part.substring(dash + 1)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "\"" + part + "\" in \"" + text.strip()
                            + "\" is neither a port nor a range of ports like 9000-9010",
                    e);
        }
    }
}
