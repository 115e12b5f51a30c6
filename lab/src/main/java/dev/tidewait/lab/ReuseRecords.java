package dev.tidewait.lab;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Reads the file that the C program {@code tap} writes; its layout is described there. Any thread. */
final class ReuseRecords {
    private static final int RECORD_BYTES = 24;
    private static final int RECORDS_AT_ONCE = 4096;

    private ReuseRecords() {}

    static void forEach(FileChannel file, ReuseVisitor visitor) {
        ByteBuffer buffer = ByteBuffer.allocate(RECORD_BYTES * RECORDS_AT_ONCE).order(ByteOrder.LITTLE_ENDIAN);
        long position = 0;
        try {
            for (int read = file.read(buffer, 0); read >= 0; read = file.read(buffer, position)) {
                position += read;
                buffer.flip();
                while (buffer.remaining() >= RECORD_BYTES) {
                    int at = buffer.position();
                    visitor.reuse(
                            Short.toUnsignedInt(buffer.getShort(at + 16)),
                            Short.toUnsignedInt(buffer.getShort(at + 18)),
                            buffer.getLong(at),
                            buffer.getLong(at + 8),
                            Byte.toUnsignedInt(buffer.get(at + 20)));
                    buffer.position(at + RECORD_BYTES);
                }
                buffer.compact();
            }
        } catch (IOException e) {
            throw new LabException("cannot read the observer's records: " + e.getMessage(), e);
        }
        if (buffer.position() != 0) {
            throw new LabException("the observer's records end within a record: the tap did not end in order");
        }
    }
}
