package dev.tidewait.netty;

import dev.tidewait.ports.IpAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes every reuse of a four-tuple to a file, so that an independent observer's record can be compared with the ledger's. Any thread.
 *
 * <p>Records of {@value #RECORD_BYTES} bytes, little-endian: int64 lease time and int64 age in milliseconds (CLOCK_MONOTONIC), int64 high and
 * int64 low half of the source, int64 high and int64 low half of the destination (IPv4 is v4-mapped), uint16 source port, uint16 destination
 * port, 4 zero.
 */
public final class LeaseTrace implements ConnectionListener, AutoCloseable {
    public static final int RECORD_BYTES = 56;

    private static final int RECORDS_AT_ONCE = 1_024;

    private final FileChannel file;
    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(RECORD_BYTES * RECORDS_AT_ONCE).order(ByteOrder.LITTLE_ENDIAN);

    private LeaseTrace(FileChannel file) {
        this.file = file;
    }

    /** Opens {@code path}; an older trace there is replaced. */
    public static LeaseTrace to(Path path) throws IOException {
        return new LeaseTrace(FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE));
    }

    @Override
    public void opened(LeasedConnection connection, long leasedMillis) {
        if (connection.ageAtReuseMillis() < 0) {
            return;
        }
        IpAddress source = IpAddress.of(connection.source().getAddress());
        IpAddress destination = IpAddress.of(connection.destination().getAddress());
        synchronized (this) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            buffer.putLong(leasedMillis).putLong(connection.ageAtReuseMillis());
            buffer.putLong(source.high()).putLong(source.low());
            buffer.putLong(destination.high()).putLong(destination.low());
            buffer.putShort((short) connection.source().getPort());
            buffer.putShort((short) connection.destination().getPort());
            buffer.putInt(0);
        }
    }

    private void flush() {
        try {
            buffer.flip();
            while (buffer.hasRemaining()) {
                file.write(buffer);
            }
            buffer.clear();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the lease trace", e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        flush();
        file.close();
    }
}
