package dev.tidewait.lab;

import dev.tidewait.netty.LeaseTrace;
import dev.tidewait.ports.IpAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Reads the file that {@link LeaseTrace} writes. Any thread. */
public final class LeaseRecords {
    private static final int RECORDS_AT_ONCE = 4_096;

    /** Gets the ledger's reuses one by one, in the order of their connects. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * @param source address connected from
         * @param sourcePort port connected from
         * @param leasedMillis when it was leased, CLOCK_MONOTONIC
         * @param ageMillis age by the ledger
         */
        void lease(IpAddress source, int sourcePort, long leasedMillis, long ageMillis);
    }

    private LeaseRecords() {}

    static void forEach(Path file, Visitor visitor) {
        ByteBuffer buffer =
                ByteBuffer.allocate(LeaseTrace.RECORD_BYTES * RECORDS_AT_ONCE).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file)) {
            while (channel.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.remaining() >= LeaseTrace.RECORD_BYTES) {
                    int at = buffer.position();
                    visitor.lease(
                            new IpAddress(buffer.getLong(at + 16), buffer.getLong(at + 24)),
                            Short.toUnsignedInt(buffer.getShort(at + 48)),
                            buffer.getLong(at),
                            buffer.getLong(at + 8));
                    buffer.position(at + LeaseTrace.RECORD_BYTES);
                }
                buffer.compact();
            }
        } catch (IOException e) {
            throw new LabException("cannot read the lease trace " + file + ": " + e.getMessage(), e);
        }
        if (buffer.position() != 0) {
            throw new LabException("the lease trace " + file + " ends within a record: the proxy did not end in order");
        }
    }
}
