package dev.tidewait.lab.study;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Consumer;

/** Writes scripts as capture files, the way each format can be written. No state. */
public final class CaptureBytes {
    /** 14 November 2023, any day. */
    private static final long START_SECOND = 1_700_000_000;

    private static final long MICROS_IN_SECOND = 1_000_000;
    private static final int RECORD_BYTES = 16;
    private static final int SNAP_BYTES = 262_144;

    private CaptureBytes() {}

    /** The header of a pcap file. */
    public static byte[] pcapHeader(ByteOrder order, boolean nanos, int linkType) {
        return ByteBuffer.allocate(24)
                .order(order)
                .putInt(nanos ? 0xa1b23c4d : 0xa1b2c3d4)
                .putShort((short) 2)
                .putShort((short) 4)
                .putLong(0)
                .putInt(SNAP_BYTES)
                .putInt(linkType)
                .array();
    }

    /** A pcap file, its packets cut to so many bytes. */
    public static byte[] pcap(
            List<ScriptedSegment> segments, LinkForm link, ByteOrder order, boolean nanos, int snapBytes) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(pcapHeader(order, nanos, link.number()));
        for (ScriptedSegment segment : segments) {
            byte[] frame = Frames.of(segment, link);
            int captured = Math.min(frame.length, snapBytes);
            long fraction = segment.micros() % MICROS_IN_SECOND;
            file.writeBytes(ByteBuffer.allocate(RECORD_BYTES)
                    .order(order)
                    .putInt((int) (START_SECOND + segment.micros() / MICROS_IN_SECOND))
                    .putInt((int) (nanos ? fraction * 1_000 : fraction))
                    .putInt(captured)
                    .putInt(frame.length)
                    .array());
            file.write(frame, 0, captured);
        }
        return file.toByteArray();
    }

    /** The usual: little-endian, microseconds, Ethernet, whole packets. */
    public static byte[] pcap(List<ScriptedSegment> segments) {
        return pcap(segments, LinkForm.ETHERNET, ByteOrder.LITTLE_ENDIAN, false, SNAP_BYTES);
    }

    /**
     * A pcapng file with two interfaces, whose packets alternate: Ethernet in the given resolution and raw IP in microseconds, both with if_tsoffset. A block of an
     * unknown kind stands between.
     *
     * @param resolution if_tsresol of the first interface: 6, 9, or 0x80 + bits
     */
    public static byte[] pcapng(List<ScriptedSegment> segments, ByteOrder order, int resolution) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        block(
                file,
                order,
                0x0a0d0d0a,
                16,
                body -> body.putInt(0x1a2b3c4d)
                        .putShort((short) 1)
                        .putShort((short) 0)
                        .putLong(-1));
        block(
                file,
                order,
                1,
                32,
                body -> body.putShort((short) LinkForm.ETHERNET.number())
                        .putShort((short) 0)
                        .putInt(SNAP_BYTES)
                        .putShort((short) 9)
                        .putShort((short) 1)
                        .put((byte) resolution)
                        .put(new byte[3])
                        .putShort((short) 14)
                        .putShort((short) 8)
                        .putLong(START_SECOND)
                        .putInt(0));
        block(
                file,
                order,
                1,
                24,
                body -> body.putShort((short) LinkForm.RAW.number())
                        .putShort((short) 0)
                        .putInt(0)
                        .putShort((short) 14)
                        .putShort((short) 8)
                        .putLong(START_SECOND)
                        .putInt(0));
        block(file, order, 0x0bad, 8, body -> body.putLong(42));
        boolean first = true;
        for (ScriptedSegment segment : segments) {
            byte[] frame = Frames.of(segment, first ? LinkForm.ETHERNET : LinkForm.RAW);
            long units = first ? units(segment.micros(), resolution) : segment.micros();
            int number = first ? 0 : 1;
            block(
                    file,
                    order,
                    6,
                    20 + (frame.length + 3) / 4 * 4,
                    body -> body.putInt(number)
                            .putInt((int) (units >>> 32))
                            .putInt((int) units)
                            .putInt(frame.length)
                            .putInt(frame.length)
                            .put(frame));
            first = !first;
        }
        return file.toByteArray();
    }

    private static long units(long micros, int resolution) {
        long seconds = micros / MICROS_IN_SECOND;
        long fraction = micros % MICROS_IN_SECOND;
        if ((resolution & 0x80) != 0) {
            int bits = resolution & 0x7f;
            // Rounded up, so that reading it back and rounding down gives the same microsecond.
            return (seconds << bits) + ((fraction << bits) + MICROS_IN_SECOND - 1) / MICROS_IN_SECOND;
        }
        long inSecond = Math.round(Math.pow(10, resolution));
        return seconds * inSecond + fraction * inSecond / MICROS_IN_SECOND;
    }

    private static byte[] bytes(ByteOrder order, int count, Consumer<ByteBuffer> write) {
        byte[] bytes = new byte[count];
        write.accept(ByteBuffer.wrap(bytes).order(order));
        return bytes;
    }

    private static void block(
            ByteArrayOutputStream file, ByteOrder order, int type, int bodyBytes, Consumer<ByteBuffer> body) {
        int length = 12 + bodyBytes;
        file.writeBytes(bytes(order, 8, header -> header.putInt(type).putInt(length)));
        file.writeBytes(bytes(order, bodyBytes, body));
        file.writeBytes(bytes(order, 4, trailer -> trailer.putInt(length)));
    }
}
