package dev.tidewait.evidence.capture;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A pcapng file (draft-ietf-opsawg-pcapng): sections, each with its byte order and its interfaces. Owned by one thread. */
final class PcapngReader implements CaptureReader {
    private static final int SECTION = 0x0a0d0d0a;
    private static final int INTERFACE = 1;
    /** Obsolete since 2004, still in old files. */
    private static final int PACKET = 2;

    private static final int SIMPLE_PACKET = 3;
    private static final int ENHANCED_PACKET = 6;

    private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
    private static final int HEADER_BYTES = 8;
    /** Type, length, and the length again at the end. */
    private static final int FRAME_BYTES = 12;

    private static final int LEAST_SECTION_BYTES = 28;
    private static final int LEAST_INTERFACE_BYTES = 20;
    private static final int PACKET_HEADER_BYTES = 20;
    private static final int SIMPLE_PACKET_HEADER_BYTES = 4;
    /** What is looked into must fit into the buffer: a packet, or the options of an interface. */
    private static final int MOST_BLOCK_BYTES = PcapReader.MOST_PACKET_BYTES + 65_536;

    private static final int MOST_INTERFACES = 65_536;

    private static final int OPTION_END = 0;
    private static final int OPTION_RESOLUTION = 9;
    private static final int OPTION_OFFSET = 14;

    private final ByteInput in;
    private final List<PcapngInterface> interfaces = new ArrayList<>();
    private boolean bigEndian;

    PcapngReader(ByteInput in) {
        this.in = in;
    }

    @Override
    public boolean next(Frame frame) throws IOException {
        while (true) {
            if (!CaptureFormat.has(in, HEADER_BYTES)) {
                if (in.available() == 0) {
                    return false;
                }
                throw CaptureFormat.endsInside(in, "the header of a block");
            }
            int type = number(in.position());
            if (type == SECTION) {
                beginSection();
                continue;
            }
            long length = Integer.toUnsignedLong(number(in.position() + 4));
            if (length < FRAME_BYTES || length % 4 != 0) {
                throw CaptureFormat.damaged(in, "a block of " + length + " bytes");
            }
            boolean packet = type == ENHANCED_PACKET || type == PACKET || type == SIMPLE_PACKET;
            if (!packet && type != INTERFACE) {
                if (!CaptureFormat.skip(in, length)) {
                    throw CaptureFormat.endsInside(in, "a block");
                }
                continue;
            }
            require(length);
            int at = in.position();
            int bytes = (int) length;
            if (number(at + bytes - 4) != bytes) {
                throw CaptureFormat.damaged(in, "the two lengths of a block differ");
            }
            if (packet) {
                readPacket(frame, type, at, bytes);
            } else {
                readInterface(at, bytes);
            }
            in.take(bytes);
            if (packet) {
                return true;
            }
        }
    }

    private void beginSection() throws IOException {
        if (!CaptureFormat.has(in, FRAME_BYTES)) {
            throw CaptureFormat.endsInside(in, "a section's header");
        }
        int at = in.position();
        if (Bytes.bigInt(in.bytes(), at + HEADER_BYTES) == BYTE_ORDER_MAGIC) {
            bigEndian = true;
        } else if (Bytes.littleInt(in.bytes(), at + HEADER_BYTES) == BYTE_ORDER_MAGIC) {
            bigEndian = false;
        } else {
            throw CaptureFormat.damaged(in, "a section without its byte-order magic");
        }
        long length = Integer.toUnsignedLong(number(at + 4));
        if (length < LEAST_SECTION_BYTES || length % 4 != 0) {
            throw CaptureFormat.damaged(in, "a section's header of " + length + " bytes");
        }
        interfaces.clear();
        if (!CaptureFormat.skip(in, length)) {
            throw CaptureFormat.endsInside(in, "a section's header");
        }
    }

    private void require(long length) throws IOException {
        if (length > MOST_BLOCK_BYTES) {
            throw CaptureFormat.damaged(in, "a block of " + length + " bytes where a packet or an interface is");
        }
        if (!CaptureFormat.has(in, (int) length)) {
            throw CaptureFormat.endsInside(in, "a block");
        }
    }

    private void readPacket(Frame frame, int type, int at, int length) throws CaptureException {
        int body = at + HEADER_BYTES;
        if (type == SIMPLE_PACKET) {
            int room = length - FRAME_BYTES - SIMPLE_PACKET_HEADER_BYTES;
            PcapngInterface from = interfaceOf(0);
            if (room < 0) {
                throw CaptureFormat.damaged(in, "a simple packet block of " + length + " bytes");
            }
            long original = Integer.toUnsignedLong(number(body));
            int captured = (int) Math.min(original, room);
            frame.set(
                    in.bytes(),
                    body + SIMPLE_PACKET_HEADER_BYTES,
                    captured,
                    Math.clamp(original, 0, Integer.MAX_VALUE),
                    from.linkType(),
                    0,
                    false);
            return;
        }
        int room = length - FRAME_BYTES - PACKET_HEADER_BYTES;
        if (room < 0) {
            throw CaptureFormat.damaged(in, "a packet block of " + length + " bytes");
        }
        PcapngInterface from = interfaceOf(type == PACKET ? halfNumber(body) : number(body));
        long units = (Integer.toUnsignedLong(number(body + 4)) << 32) | Integer.toUnsignedLong(number(body + 8));
        int captured = number(body + 12);
        if (captured < 0 || captured > room) {
            throw CaptureFormat.damaged(
                    in, "a packet of " + Integer.toUnsignedString(captured) + " bytes in a block of " + length);
        }
        long nanos = from.nanos(units);
        frame.set(
                in.bytes(),
                body + PACKET_HEADER_BYTES,
                captured,
                Math.clamp(Integer.toUnsignedLong(number(body + 16)), 0, Integer.MAX_VALUE),
                from.linkType(),
                nanos,
                nanos != PcapngInterface.NO_TIME);
    }

    private PcapngInterface interfaceOf(int number) throws CaptureException {
        if (number < 0 || number >= interfaces.size()) {
            throw CaptureFormat.damaged(
                    in, "a packet of interface " + Integer.toUnsignedString(number) + " of " + interfaces.size());
        }
        return interfaces.get(number);
    }

    private void readInterface(int at, int length) throws CaptureException {
        if (length < LEAST_INTERFACE_BYTES || interfaces.size() == MOST_INTERFACES) {
            throw CaptureFormat.damaged(
                    in, "an interface description of " + length + " bytes, the " + interfaces.size() + "th");
        }
        int resolution = PcapngInterface.DEFAULT_RESOLUTION;
        long offset = 0;
        int option = at + 16;
        int end = at + length - 4;
        while (option + 4 <= end) {
            int code = halfNumber(option);
            int bytes = halfNumber(option + 2);
            if (code == OPTION_END || option + 4 + bytes > end) {
                break;
            }
            if (code == OPTION_RESOLUTION && bytes == 1) {
                resolution = Bytes.unsigned(in.bytes(), option + 4);
            } else if (code == OPTION_OFFSET && bytes == 8) {
                offset = longNumber(option + 4);
            }
            option += 4 + ((bytes + 3) & ~3);
        }
        interfaces.add(new PcapngInterface(halfNumber(at + HEADER_BYTES), resolution, offset));
    }

    private int number(int at) {
        return bigEndian ? Bytes.bigInt(in.bytes(), at) : Bytes.littleInt(in.bytes(), at);
    }

    private int halfNumber(int at) {
        int big = Bytes.bigShort(in.bytes(), at);
        return bigEndian ? big : ((big & 0xff) << 8) | (big >> 8);
    }

    private long longNumber(int at) {
        long big = Bytes.bigLong(in.bytes(), at);
        return bigEndian ? big : Long.reverseBytes(big);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
