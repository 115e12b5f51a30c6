package dev.tidewait.lab;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What happened to one packet on an {@link ImpairedLink}; the file's layout is described in the C program {@code impair}. Immutable.
 *
 * @param nanos when, by System.nanoTime()
 * @param ageNanos of a late copy: time since the last segment of its incarnation; else 0
 * @param flow number of the four-tuple
 * @param incarnation of the four-tuple, from 1, into which it was delivered or would have been
 * @param sequence SEG.SEQ
 * @param acknowledged SEG.ACK
 * @param leftPort port of the left end's host
 * @param rightPort port of the right end's
 * @param payloadBytes bytes of data
 * @param fromLeft which end sent it
 * @param kind of segment: d, a, f, r, s
 * @param what bits, see the constants
 */
public record LinkEvent(
        long nanos,
        long ageNanos,
        int flow,
        int incarnation,
        int sequence,
        int acknowledged,
        int leftPort,
        int rightPort,
        int payloadBytes,
        boolean fromLeft,
        char kind,
        int what) {
    public static final int DELIVERED = 1;
    public static final int LOST = 2;
    public static final int DUPLICATED = 4;
    public static final int CORRUPTED = 8;
    public static final int AHEAD = 16;
    public static final int LATE_COPY = 32;
    public static final int BLACK_HOLED = 64;
    public static final int NO_ROOM = 128;

    private static final int BYTES = 48;
    private static final String KINDS = "dafrs";

    public boolean is(int bit) {
        return (what & bit) != 0;
    }

    /** All of a file that the link has closed. */
    public static List<LinkEvent> readAll(Path file) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            if (bytes.remaining() % BYTES != 0) {
                throw new LabException(file + " ends within a record: the link did not end in order");
            }
            List<LinkEvent> events = new ArrayList<>(bytes.remaining() / BYTES);
            for (int at = 0; at < bytes.limit(); at += BYTES) {
                events.add(at(bytes, at));
            }
            return events;
        } catch (IOException e) {
            throw new LabException("cannot read the link's records: " + e.getMessage(), e);
        }
    }

    private static LinkEvent at(ByteBuffer bytes, int at) {
        return new LinkEvent(
                bytes.getLong(at),
                bytes.getLong(at + 8),
                bytes.getInt(at + 16),
                bytes.getInt(at + 20),
                bytes.getInt(at + 24),
                bytes.getInt(at + 28),
                Short.toUnsignedInt(bytes.getShort(at + 32)),
                Short.toUnsignedInt(bytes.getShort(at + 34)),
                Short.toUnsignedInt(bytes.getShort(at + 36)),
                bytes.get(at + 38) == 0,
                KINDS.charAt(bytes.get(at + 40)),
                Byte.toUnsignedInt(bytes.get(at + 41)));
    }
}
