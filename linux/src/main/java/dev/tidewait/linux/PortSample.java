package dev.tidewait.linux;

/**
 * Chooses connections by some bits of their ports, so that all segments of a connection are taken, in both directions, or none. Immutable, any thread.
 *
 * @param share one of so many is chosen, if ports are spread evenly: a power of two, 1 (all) to 4,096
 * @param which of them, 0 to share - 1
 */
public record PortSample(int share, int which) {
    public static final int MOST_SHARE = 4_096;

    /** Of each packet: IPv6 and TCP with all their options but IPv6's. */
    private static final int TAKEN_BYTES = 128;

    // linux/bpf_common.h
    private static final int LOAD_BYTE = 0x30;
    private static final int LOAD_SHORT = 0x28;
    private static final int LOAD_SHORT_BEHIND_X = 0x48;
    private static final int X_IS_IPV4_HEADER_LENGTH = 0xb1;
    private static final int X_IS_MEMORY = 0x61;
    private static final int STORE = 0x02;
    private static final int XOR_X = 0xac;
    private static final int RIGHT_SHIFT = 0x74;
    private static final int AND = 0x54;
    private static final int JUMP = 0x05;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int JUMP_IF_ANY = 0x45;
    private static final int RETURN = 0x06;

    /** Where a load finds the protocol behind the link's header: SKF_AD_OFF + SKF_AD_PROTOCOL of linux/filter.h. */
    private static final int PROTOCOL = -0x1000;

    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int TCP = 6;
    private static final int FRAGMENT_OFFSET = 0x1fff;

    public PortSample {
        if (Integer.bitCount(share) != 1 || share < 1 || share > MOST_SHARE || which < 0 || which >= share) {
            throw new IllegalArgumentException("one connection in " + share + " (number " + which
                    + ") cannot be chosen: it takes a power of two, at most " + MOST_SHARE);
        }
    }

    /** All connections. */
    public static PortSample all() {
        return new PortSample(1, 0);
    }

    /** Whether a connection is chosen, whichever end has which port. */
    public boolean contains(int onePort, int otherPort) {
        return ((onePort ^ otherPort) >> 1 & (share - 1)) == which;
    }

    /**
     * Classic BPF over a packet from its network header on; jumps are counted from the instruction behind. The lowest bit is left out: Linux gives ports of one parity to connections that it opens
     * (since 4.2), as long as there are some. Later fragments, and IPv6 packets with extension headers, are not taken.
     */
    long[] program() {
        return new long[] {
            instruction(LOAD_SHORT, 0, 0, PROTOCOL),
            instruction(JUMP_IF_EQUAL, 10, 0, IPV6), // to 12
            instruction(JUMP_IF_EQUAL, 0, 20, IPV4), // else to 23
            instruction(LOAD_BYTE, 0, 0, 9),
            instruction(JUMP_IF_EQUAL, 0, 18, TCP), // else to 23
            instruction(LOAD_SHORT, 0, 0, 6),
            instruction(JUMP_IF_ANY, 16, 0, FRAGMENT_OFFSET), // to 23
            instruction(X_IS_IPV4_HEADER_LENGTH, 0, 0, 0),
            instruction(LOAD_SHORT_BEHIND_X, 0, 0, 0),
            instruction(STORE, 0, 0, 0),
            instruction(LOAD_SHORT_BEHIND_X, 0, 0, 2),
            instruction(JUMP, 0, 0, 5), // to 17
            instruction(LOAD_BYTE, 0, 0, 6), // 12
            instruction(JUMP_IF_EQUAL, 0, 9, TCP), // else to 23
            instruction(LOAD_SHORT, 0, 0, 40),
            instruction(STORE, 0, 0, 0),
            instruction(LOAD_SHORT, 0, 0, 42),
            instruction(X_IS_MEMORY, 0, 0, 0), // 17
            instruction(XOR_X, 0, 0, 0),
            instruction(RIGHT_SHIFT, 0, 0, 1),
            instruction(AND, 0, 0, share - 1),
            instruction(JUMP_IF_EQUAL, 0, 1, which), // else to 23
            instruction(RETURN, 0, 0, TAKEN_BYTES),
            instruction(RETURN, 0, 0, 0), // 23
        };
    }

    /** Takes no packet. */
    static long[] nothing() {
        return new long[] {instruction(RETURN, 0, 0, 0)};
    }

    /** struct sock_filter, on a machine with the lowest byte first. */
    private static long instruction(int code, int jumpIfTrue, int jumpIfFalse, int operand) {
        return code | (long) jumpIfTrue << 16 | (long) jumpIfFalse << 24 | (long) operand << 32;
    }
}
