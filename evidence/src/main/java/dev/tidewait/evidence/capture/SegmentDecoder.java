package dev.tidewait.evidence.capture;

/**
 * Reads the IP and TCP headers of a frame. Checksums are not looked at: on the host that sends, the network card fills them in after the capture. No state.
 */
public final class SegmentDecoder {
    private static final int IPV4_BYTES = 20;
    private static final int MORE_FRAGMENTS_AND_OFFSET = 0x1fff;
    private static final int IPV6_BYTES = 40;
    private static final int FRAGMENT_HEADER_BYTES = 8;
    private static final int FRAGMENT_OFFSET = 0xfff8;

    private static final int TCP = 6;
    private static final int TCP_BYTES = 20;
    /** As far as the flags: the snap length may cut off the rest. */
    private static final int TCP_NEEDED_BYTES = 14;

    // Extension headers of IPv6 (RFC 8200 section 4, RFC 4302, RFC 6275, RFC 7401, RFC 5533)
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int AUTHENTICATION = 51;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int MOBILITY = 135;
    private static final int HOST_IDENTITY = 139;
    private static final int SHIM6 = 140;

    private SegmentDecoder() {}

    /**
     * Fills the segment; it is complete only if {@link Decoded#SEGMENT} is returned.
     */
    public static Decoded decode(Frame frame, Segment into) {
        int start = LinkLayer.networkStart(frame);
        if (start < 0) {
            return switch (start) {
                case LinkLayer.NOT_IP -> Decoded.OTHER_PROTOCOL;
                case LinkLayer.CUT_SHORT -> cut(frame);
                default -> Decoded.UNKNOWN_LINK;
            };
        }
        if (start >= frame.end()) {
            return cut(frame);
        }
        Decoded decoded = switch (Bytes.unsigned(frame.bytes(), start) >> 4) {
            case 4 -> ipv4(frame, start, into);
            case 6 -> ipv6(frame, start, into);
            default -> Decoded.MALFORMED;
        };
        if (decoded == Decoded.SEGMENT && !frame.isTimed()) {
            return Decoded.UNTIMED;
        }
        into.setTimeNanos(frame.timeNanos());
        return decoded;
    }

    private static Decoded ipv4(Frame frame, int start, Segment into) {
        byte[] bytes = frame.bytes();
        if (start + IPV4_BYTES > frame.end()) {
            return cut(frame);
        }
        int headerBytes = (bytes[start] & 0xf) * 4;
        int totalBytes = Bytes.bigShort(bytes, start + 2);
        if (totalBytes == 0) {
            totalBytes = wireBytes(frame, start); // segmentation offload: longer than the field can say
        }
        if (headerBytes < IPV4_BYTES || totalBytes < headerBytes) {
            return Decoded.MALFORMED;
        }
        if (Bytes.unsigned(bytes, start + 9) != TCP) {
            return Decoded.OTHER_PROTOCOL;
        }
        if ((Bytes.bigShort(bytes, start + 6) & MORE_FRAGMENTS_AND_OFFSET) != 0) {
            return Decoded.LATER_FRAGMENT;
        }
        into.setAddresses4(Bytes.bigInt(bytes, start + 12), Bytes.bigInt(bytes, start + 16));
        return tcp(frame, start + headerBytes, totalBytes - headerBytes, into);
    }

    private static Decoded ipv6(Frame frame, int start, Segment into) {
        byte[] bytes = frame.bytes();
        if (start + IPV6_BYTES > frame.end()) {
            return cut(frame);
        }
        int payloadBytes = Bytes.bigShort(bytes, start + 4);
        if (payloadBytes == 0) {
            payloadBytes = wireBytes(frame, start) - IPV6_BYTES; // jumbogram or segmentation offload
        }
        int next = Bytes.unsigned(bytes, start + 6);
        int at = start + IPV6_BYTES;
        long end = (long) at + payloadBytes;
        while (isExtension(next)) {
            if (at + FRAGMENT_HEADER_BYTES > frame.end()) {
                return cut(frame);
            }
            int headerBytes = switch (next) {
                case FRAGMENT -> FRAGMENT_HEADER_BYTES;
                case AUTHENTICATION -> (Bytes.unsigned(bytes, at + 1) + 2) * 4;
                default -> (Bytes.unsigned(bytes, at + 1) + 1) * 8;
            };
            if (next == FRAGMENT && (Bytes.bigShort(bytes, at + 2) & FRAGMENT_OFFSET) != 0) {
                return Bytes.unsigned(bytes, at) == TCP ? Decoded.LATER_FRAGMENT : Decoded.OTHER_PROTOCOL;
            }
            next = Bytes.unsigned(bytes, at);
            at += headerBytes;
        }
        if (next != TCP) {
            return Decoded.OTHER_PROTOCOL;
        }
        into.setAddresses(
                Bytes.bigLong(bytes, start + 8),
                Bytes.bigLong(bytes, start + 16),
                Bytes.bigLong(bytes, start + 24),
                Bytes.bigLong(bytes, start + 32));
        return tcp(frame, at, (int) Math.max(0, end - at), into);
    }

    private static boolean isExtension(int next) {
        return switch (next) {
            case HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION_OPTIONS, MOBILITY, HOST_IDENTITY, SHIM6 ->
                true;
            default -> false;
        };
    }

    /** @param segmentBytes header and data, by the IP header */
    private static Decoded tcp(Frame frame, int at, int segmentBytes, Segment into) {
        byte[] bytes = frame.bytes();
        if (segmentBytes < TCP_BYTES) {
            return Decoded.MALFORMED;
        }
        if (at + TCP_NEEDED_BYTES > frame.end()) {
            return cut(frame);
        }
        int headerBytes = (Bytes.unsigned(bytes, at + 12) >> 4) * 4;
        if (headerBytes < TCP_BYTES || headerBytes > segmentBytes) {
            return Decoded.MALFORMED;
        }
        into.setHeader(
                Bytes.bigInt(bytes, at),
                Bytes.bigInt(bytes, at + 4),
                Bytes.bigInt(bytes, at + 8),
                Bytes.unsigned(bytes, at + 13),
                segmentBytes - headerBytes);
        return Decoded.SEGMENT;
    }

    /** Bytes on the wire from a place in the frame on; more than an int holds only where a file lies. */
    private static int wireBytes(Frame frame, int from) {
        return (int) Math.min(Integer.MAX_VALUE / 2, (long) frame.end() - from + frame.missingBytes());
    }

    /** Bytes that are needed are not there: cut off at the capture, or never sent. */
    private static Decoded cut(Frame frame) {
        return frame.missingBytes() > 0 ? Decoded.CUT_SHORT : Decoded.MALFORMED;
    }
}
