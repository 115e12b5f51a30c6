package dev.tidewait.evidence.capture;

import java.io.IOException;
import java.io.InputStream;

/**
 * A stream read through one buffer, in which each record lies in one piece. Owned by one thread.
 *
 * <p>The buffer has a fixed size; a record that is larger can only be skipped. So memory does not depend on what a file says about itself.
 */
final class ByteInput implements AutoCloseable {
    /** Larger than the largest packet (256 KiB, see {@link PcapReader}) with the header of its record, and large enough that a read costs little. */
    private static final int CAPACITY = 1 << 20;

    private final InputStream in;
    private final byte[] bytes = new byte[CAPACITY];
    private int position;
    private int limit;
    private long endOffset;

    ByteInput(InputStream in) {
        this.in = in;
    }

    /** The buffer; valid from {@link #position} as far as {@link #has} was asked for. */
    byte[] bytes() {
        return bytes;
    }

    int position() {
        return position;
    }

    /** Bytes of the (uncompressed) stream before {@link #position}. */
    long offset() {
        return endOffset - (limit - position);
    }

    /** Whether so many bytes are left; they then lie in the buffer. */
    boolean has(int count) throws IOException {
        return limit - position >= count || fill(count);
    }

    /** How many of the bytes last asked for there are. */
    int available() {
        return limit - position;
    }

    /** Goes on behind bytes that {@link #has} has shown to be there. */
    void take(int count) {
        position += count;
    }

    /** Leaves out bytes that need not fit into the buffer; false if the stream ends before. */
    boolean skip(long count) throws IOException {
        long left = count;
        while (left > 0) {
            if (!has(1)) {
                return false;
            }
            int step = (int) Math.min(left, available());
            take(step);
            left -= step;
        }
        return true;
    }

    private boolean fill(int count) throws IOException {
        if (count > CAPACITY) {
            throw new IllegalArgumentException(count + " bytes do not fit into the buffer");
        }
        System.arraycopy(bytes, position, bytes, 0, limit - position);
        limit -= position;
        position = 0;
        while (limit < count) {
            int read = in.read(bytes, limit, CAPACITY - limit);
            if (read < 0) {
                return false;
            }
            limit += read;
            endOffset += read;
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
