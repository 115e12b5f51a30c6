package dev.tidewait.app.accesslog;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Lines on their way to a file; grows as far as the longest batch needs. Owned by one thread. */
final class LineBuffer extends OutputStream {
    private static final int FIRST_BYTES = 16 * 1024;

    private byte[] bytes = new byte[FIRST_BYTES];
    private int length;

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    /** Takes back what came after the first so many bytes. */
    void cut(int toLength) {
        length = toLength;
    }

    /** What was written, to be read before the next change. */
    ByteBuffer content() {
        return ByteBuffer.wrap(bytes, 0, length);
    }

    @Override
    public void write(int oneByte) {
        room(1);
        bytes[length++] = (byte) oneByte;
    }

    @Override
    public void write(byte[] source, int offset, int count) {
        room(count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
    }

    /** Text of ASCII only. */
    LineBuffer ascii(String text) {
        byte[] source = text.getBytes(StandardCharsets.US_ASCII);
        write(source, 0, source.length);
        return this;
    }

    LineBuffer number(long number) {
        return ascii(Long.toString(number));
    }

    /**
     * Foreign text that can end neither a line nor a quotation: everything but printable ASCII becomes {@code \xHH}, each byte of UTF-8
     * by itself, as Apache writes it; so do quotes and backslashes.
     *
     * @param spaces whether spaces stand for themselves; only inside quotes they may
     */
    LineBuffer escaped(String text, boolean spaces) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = b > ' ' && b < 0x7f && b != '"' && b != '\\';
            if (plain || (spaces && b == ' ')) {
                write(b);
            } else {
                write('\\');
                write('x');
                write(Character.forDigit((b >> 4) & 0xf, 16));
                write(Character.forDigit(b & 0xf, 16));
            }
        }
        return this;
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private void room(int count) {
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + count));
        }
    }
}
