package dev.tidewait.lab;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.util.SplittableRandom;

/** A long stream of bytes in which no stretch equals another; the same every time. No state. */
final class TestBytes {
    private static final long SEED = 71;
    private static final int CHUNK = 1 << 16;

    private TestBytes() {}

    static void write(long size, OutputStream to) throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        byte[] chunk = new byte[CHUNK];
        for (long left = size; left > 0; left -= CHUNK) {
            random.nextBytes(chunk);
            to.write(chunk, 0, (int) Math.min(CHUNK, left));
        }
    }

    /** The first bytes. */
    static byte[] first(int size) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(size);
        write(size, bytes);
        return bytes.toByteArray();
    }

    /** SHA-256 of the first bytes, in hexadecimal. */
    static String sha256(long size) throws IOException {
        DigestOutputStream digest = new DigestOutputStream(OutputStream.nullOutputStream(), WebPages.sha256());
        write(size, digest);
        return WebPages.hex(digest);
    }
}
