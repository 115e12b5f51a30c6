package dev.tidewait.lab.study;

import java.net.Inet6Address;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Turns scripted segments into the bytes of frames; checksums are right, so that network devices and other tools take them for real. No state. */
public final class Frames {
    private static final int MOST_HEADER_BYTES = 120;
    private static final int TCP = 6;
    private static final int TCP_BYTES = 20;
    private static final int IPV4_BYTES = 20;
    private static final byte HOP_LIMIT = 64;
    private static final short DO_NOT_FRAGMENT = 0x4000;
    private static final short WINDOW = 8_192;
    private static final byte DESTINATION_OPTIONS = 60;
    private static final int EXTENSION_BYTES = 8;
    private static final byte PADDING_OPTION = 1;

    private Frames() {}

    /** A frame; an IPv6 one has an extension header in front of TCP. */
    public static byte[] of(ScriptedSegment segment, LinkForm link) {
        boolean ipv6 = segment.source().getAddress() instanceof Inet6Address;
        byte[] bytes = new byte[MOST_HEADER_BYTES + segment.payloadBytes()];
        ByteBuffer frame = ByteBuffer.wrap(bytes);
        link.writeHeader(frame, ipv6);
        byte[] source = segment.source().getAddress().getAddress();
        byte[] destination = segment.destination().getAddress().getAddress();
        int tcpBytes = TCP_BYTES + segment.payloadBytes();
        if (ipv6) {
            frame.putInt(6 << 28).putShort((short) (EXTENSION_BYTES + tcpBytes));
            frame.put(DESTINATION_OPTIONS).put(HOP_LIMIT).put(source).put(destination);
            frame.put((byte) TCP)
                    .put((byte) 0)
                    .put(PADDING_OPTION)
                    .put((byte) 4)
                    .putInt(0);
        } else {
            int start = frame.position();
            frame.put((byte) 0x45).put((byte) 0).putShort((short) (IPV4_BYTES + tcpBytes));
            frame.putShort((short) 0).putShort(DO_NOT_FRAGMENT).put(HOP_LIMIT).put((byte) TCP);
            frame.putShort((short) 0).put(source).put(destination);
            frame.putShort(start + 10, checksum(sum(bytes, start, IPV4_BYTES)));
        }
        int start = frame.position();
        frame.putShort((short) segment.source().getPort())
                .putShort((short) segment.destination().getPort());
        frame.putInt(segment.sequence()).putInt(segment.acknowledgement());
        frame.put((byte) ((TCP_BYTES / 4) << 4)).put((byte) segment.flags()).putShort(WINDOW);
        frame.putInt(0).put(new byte[segment.payloadBytes()]);
        long pseudoHeader = sum(source, 0, source.length) + sum(destination, 0, destination.length) + TCP + tcpBytes;
        frame.putShort(start + 16, checksum(pseudoHeader + sum(bytes, start, tcpBytes)));
        return Arrays.copyOf(bytes, frame.position());
    }

    /** RFC 1071. */
    private static long sum(byte[] bytes, int from, int length) {
        long sum = 0;
        for (int i = 0; i < length; i++) {
            sum += (long) (bytes[from + i] & 0xff) << (i % 2 == 0 ? 8 : 0);
        }
        return sum;
    }

    private static short checksum(long sum) {
        long folded = sum;
        while (folded >> 16 != 0) {
            folded = (folded & 0xffff) + (folded >> 16);
        }
        return (short) ~folded;
    }
}
