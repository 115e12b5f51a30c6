package dev.tidewait.ports;

import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A set of TCP ports, 1 to 65,535. Immutable. */
public final class PortSet {
    private static final int HIGHEST = 65_535;
    /** More digits than a port can have stay numbers, so that the message can name them. */
    private static final Pattern PART = Pattern.compile("([0-9]{1,9})(?:\\s*-\\s*([0-9]{1,9}))?");

    public static final PortSet EMPTY = new PortSet(new BitSet());

    private final BitSet ports;

    private PortSet(BitSet ports) {
        this.ports = ports;
    }

    /** A copy of {@code ports}; bits 1 to 65,535 may be set. */
    public static PortSet of(BitSet ports) {
        if (ports.get(0) || ports.length() > HIGHEST + 1) {
            throw new IllegalArgumentException("ports are 1 to 65535, unlike " + ports);
        }
        return new PortSet((BitSet) ports.clone());
    }

    /** All ports from {@code low} to {@code high}, both included. */
    public static PortSet range(int low, int high) {
        if (low < 1 || high > HIGHEST || low > high) {
            throw new IllegalArgumentException(
                    "a range of ports lies in 1 to 65535 and begins at its lower end, unlike " + low + "-" + high);
        }
        BitSet ports = new BitSet(high + 1);
        ports.set(low, high + 1);
        return new PortSet(ports);
    }

    /**
     * Reads {@code "1024-32767,40000"}.
     *
     * @throws IllegalArgumentException with what is wrong, for text that is anything else
     */
    public static PortSet parse(String text) {
        BitSet ports = new BitSet();
        for (String part : text.split(",", -1)) {
            Matcher range = PART.matcher(part.strip());
            if (!range.matches()) {
                throw new IllegalArgumentException("ports are written like 1024-32767,40000, unlike \"" + text + "\"");
            }
            int low = Integer.parseInt(range.group(1));
            int high = range.group(2) == null ? low : Integer.parseInt(range.group(2));
            ports.or(range(low, high).ports);
        }
        return new PortSet(ports);
    }

    public PortSet plus(PortSet other) {
        BitSet sum = (BitSet) ports.clone();
        sum.or(other.ports);
        return new PortSet(sum);
    }

    public PortSet minus(PortSet other) {
        BitSet rest = (BitSet) ports.clone();
        rest.andNot(other.ports);
        return new PortSet(rest);
    }

    public PortSet and(PortSet other) {
        BitSet both = (BitSet) ports.clone();
        both.and(other.ports);
        return new PortSet(both);
    }

    public boolean contains(int port) {
        return ports.get(port);
    }

    public int size() {
        return ports.cardinality();
    }

    public boolean isEmpty() {
        return ports.isEmpty();
    }

    /** The lowest port; −1 of the empty set. */
    public int lowest() {
        return ports.nextSetBit(0);
    }

    /** A copy, bit by port. */
    public BitSet toBitSet() {
        return (BitSet) ports.clone();
    }

    /** The ports, lowest first. */
    public int[] toArray() {
        return ports.stream().toArray();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PortSet that && ports.equals(that.ports);
    }

    @Override
    public int hashCode() {
        return ports.hashCode();
    }

    /** As {@link #parse} reads it; {@code "none"} for the empty set. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int low = ports.nextSetBit(0); low >= 0; ) {
            int end = ports.nextClearBit(low);
            text.append(text.isEmpty() ? "" : ",").append(low);
            if (end - 1 > low) {
                text.append('-').append(end - 1);
            }
            low = ports.nextSetBit(end);
        }
        return text.isEmpty() ? "none" : text.toString();
    }
}
