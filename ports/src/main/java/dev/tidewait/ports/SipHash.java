package dev.tidewait.ports;

/**
 * SipHash-2-4 over whole 64-bit words (Aumasson, Bernstein: SipHash, a fast short-input PRF, 2012). Immutable.
 *
 * <p>It keeps the order of ports and the place where a destination begins unknown to anybody without the key, which is what
 * RFC 6056 section 3.3.3 asks of its function F.
 */
final class SipHash {
    private final long key0;
    private final long key1;

    SipHash(long key0, long key1) {
        this.key0 = key0;
        this.key1 = key1;
    }

    /** The hash of {@code words}, each taken as eight little-endian bytes. */
    long hash(long... words) {
        long v0 = key0 ^ 0x736f6d6570736575L;
        long v1 = key1 ^ 0x646f72616e646f6dL;
        long v2 = key0 ^ 0x6c7967656e657261L;
        long v3 = key1 ^ 0x7465646279746573L;
        long length = (words.length * 8L) << 56;
        for (int i = 0; i <= words.length + 2; i++) {
            long word = i < words.length ? words[i] : i == words.length ? length : 0;
            if (i == words.length + 1) {
                v2 ^= 0xff;
            }
            v3 ^= word;
            // Two rounds a word, four after the last.
            for (int round = 0; round < 2; round++) {
                v0 += v1;
                v2 += v3;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 = Long.rotateLeft(v0, 32);
                v2 += v1;
                v0 += v3;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 = Long.rotateLeft(v2, 32);
            }
            v0 ^= word;
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }
}
