package dev.tidewait.evidence.capture;

/** Finds the IP packet behind the header of the link. No state. */
final class LinkLayer {
    // https://www.tcpdump.org/linktypes.html
    private static final int NULL = 0;
    private static final int ETHERNET = 1;
    private static final int RAW_BSD = 12;
    private static final int RAW_OPENBSD = 14;
    private static final int RAW = 101;
    private static final int LOOP = 108;
    private static final int LINUX_SLL = 113;
    private static final int IPV4 = 228;
    private static final int IPV6 = 229;
    private static final int LINUX_SLL2 = 276;

    private static final int ETHERNET_ADDRESS_BYTES = 12;
    private static final int SLL_PROTOCOL_AT = 14;
    private static final int SLL2_BYTES = 20;
    private static final int FAMILY_BYTES = 4;

    private static final int TYPE_IPV4 = 0x0800;
    private static final int TYPE_IPV6 = 0x86dd;
    private static final int TAG_BYTES = 4;

    /** Negative answers of {@link #networkStart}. */
    static final int NOT_IP = -1;

    static final int CUT_SHORT = -2;
    static final int UNKNOWN = -3;

    private LinkLayer() {}

    /** Where in the frame's bytes the IP header begins, or a negative answer. */
    static int networkStart(Frame frame) {
        int start = frame.start();
        return switch (frame.linkType()) {
            case ETHERNET -> behindType(frame, start + ETHERNET_ADDRESS_BYTES);
            case LINUX_SLL -> behindType(frame, start + SLL_PROTOCOL_AT);
            case LINUX_SLL2 -> behindSll2(frame);
            case RAW, RAW_BSD, RAW_OPENBSD, IPV4, IPV6 -> start;
            case NULL, LOOP -> behindFamily(frame);
            default -> UNKNOWN;
        };
    }

    /** An EtherType, behind any number of VLAN tags (IEEE 802.1Q, 802.1ad). */
    private static int behindType(Frame frame, int at) {
        int type = at;
        while (type + 2 <= frame.end()) {
            int etherType = Bytes.bigShort(frame.bytes(), type);
            if (etherType == TYPE_IPV4 || etherType == TYPE_IPV6) {
                return type + 2;
            }
            if (!isTag(etherType)) {
                return NOT_IP;
            }
            type += TAG_BYTES;
        }
        return CUT_SHORT;
    }

    /** SLL2 has its protocol in front, the tags stay behind the header. */
    private static int behindSll2(Frame frame) {
        int start = frame.start();
        if (start + SLL2_BYTES > frame.end()) {
            return CUT_SHORT;
        }
        int etherType = Bytes.bigShort(frame.bytes(), start);
        if (isTag(etherType)) {
            return behindType(frame, start + SLL2_BYTES + 2);
        }
        return etherType == TYPE_IPV4 || etherType == TYPE_IPV6 ? start + SLL2_BYTES : NOT_IP;
    }

    private static boolean isTag(int etherType) {
        return switch (etherType) {
            case 0x8100, 0x88a8, 0x9100, 0x9200 -> true;
            default -> false;
        };
    }

    /** An address family as the capturing host numbers and orders it; LOOP has network order. */
    private static int behindFamily(Frame frame) {
        int start = frame.start();
        if (start + FAMILY_BYTES > frame.end()) {
            return CUT_SHORT;
        }
        int family = Bytes.littleInt(frame.bytes(), start);
        if ((family & 0xffff) == 0) {
            family = Integer.reverseBytes(family);
        }
        return switch (family) {
            // AF_INET everywhere; AF_INET6 of Linux, NetBSD and OpenBSD, FreeBSD, Darwin
            case 2, 10, 24, 28, 30 -> start + FAMILY_BYTES;
            default -> NOT_IP;
        };
    }
}
