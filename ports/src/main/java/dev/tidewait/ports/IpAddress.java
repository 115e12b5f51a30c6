package dev.tidewait.ports;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * An IPv4 or IPv6 address as 128 bits; IPv4 is kept v4-mapped (RFC 4291 section 2.5.5.2), so both spellings of an IPv4 address
 * are the same address. Immutable.
 *
 * @param high bits 127 to 64
 * @param low bits 63 to 0
 */
public record IpAddress(long high, long low) {
    private static final long V4_MAPPED = 0xffffL << 32;

    /** The address of {@code bytes}: 4 or 16 bytes in network order. */
    public static IpAddress of(byte[] bytes) {
        if (bytes.length == 4) {
            return new IpAddress(0, V4_MAPPED | (word(bytes, 0, 4) & 0xffff_ffffL));
        }
        if (bytes.length != 16) {
            throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + bytes.length);
        }
        return new IpAddress(word(bytes, 0, 8), word(bytes, 8, 8));
    }

    public static IpAddress of(InetAddress address) {
        return of(address.getAddress());
    }

    /** True for an IPv4 address, also when it was written v4-mapped. */
    public boolean isV4() {
        return high == 0 && (low >>> 32) == 0xffffL;
    }

    /** The same address for Java's sockets. */
    public InetAddress toInetAddress() {
        byte[] bytes = new byte[isV4() ? 4 : 16];
        for (int i = 0; i < bytes.length; i++) {
            int bit = 8 * (bytes.length - 1 - i);
            bytes[i] = (byte) (bit >= 64 ? high >>> (bit - 64) : low >>> bit);
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes are always an address", e);
        }
    }

    @Override
    public String toString() {
        return toInetAddress().getHostAddress();
    }

    private static long word(byte[] bytes, int from, int count) {
        long word = 0;
        for (int i = from; i < from + count; i++) {
            word = (word << 8) | (bytes[i] & 0xff);
        }
        return word;
    }
}
