package dev.tidewait.evidence.capture;

import java.io.IOException;

/** A pcap file (draft-ietf-opsawg-pcap). Owned by one thread. */
final class PcapReader implements CaptureReader {
    private static final int FILE_HEADER_BYTES = 24;
    private static final int LINK_TYPE_AT = 20;
    /** Above it are flags and the length of a frame check sequence. */
    private static final int LINK_TYPE_MASK = 0xffff;

    private static final int RECORD_HEADER_BYTES = 16;
    /** libpcap's MAXIMUM_SNAPLEN for every link type that can carry TCP. */
    static final int MOST_PACKET_BYTES = 262_144;

    private static final long NANOS_IN_SECOND = 1_000_000_000;
    private static final long NANOS_IN_MICRO = 1_000;

    private final ByteInput in;
    private final boolean bigEndian;
    private final long nanosInUnit;
    private final int linkType;

    PcapReader(ByteInput in, boolean bigEndian, boolean nanos) throws IOException {
        this.in = in;
        this.bigEndian = bigEndian;
        this.nanosInUnit = nanos ? 1 : NANOS_IN_MICRO;
        if (!CaptureFormat.has(in, FILE_HEADER_BYTES)) {
            throw CaptureFormat.endsInside(in, "the header of the file");
        }
        this.linkType = number(in.position() + LINK_TYPE_AT) & LINK_TYPE_MASK;
        in.take(FILE_HEADER_BYTES);
    }

    @Override
    public boolean next(Frame frame) throws IOException {
        if (!CaptureFormat.has(in, RECORD_HEADER_BYTES)) {
            if (in.available() == 0) {
                return false;
            }
            throw CaptureFormat.endsInside(in, "the header of a packet");
        }
        int header = in.position();
        int captured = number(header + 8);
        if (captured < 0 || captured > MOST_PACKET_BYTES) {
            throw CaptureFormat.damaged(in, "a packet of " + Integer.toUnsignedString(captured) + " bytes");
        }
        if (!CaptureFormat.has(in, RECORD_HEADER_BYTES + captured)) {
            throw CaptureFormat.endsInside(in, "a packet");
        }
        int at = in.position(); // may have moved
        long seconds = Integer.toUnsignedLong(number(at));
        long fraction = Integer.toUnsignedLong(number(at + 4));
        int original = Math.clamp(Integer.toUnsignedLong(number(at + 12)), 0, Integer.MAX_VALUE);
        frame.set(
                in.bytes(),
                at + RECORD_HEADER_BYTES,
                captured,
                original,
                linkType,
                seconds * NANOS_IN_SECOND + fraction * nanosInUnit,
                true);
        in.take(RECORD_HEADER_BYTES + captured);
        return true;
    }

    private int number(int at) {
        return bigEndian ? Bytes.bigInt(in.bytes(), at) : Bytes.littleInt(in.bytes(), at);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
