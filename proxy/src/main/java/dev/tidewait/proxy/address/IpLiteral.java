package dev.tidewait.proxy.address;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Strict reading of IP addresses as text. Stateless.
 *
 * <p>IPv4 is four decimal numbers without leading zeros (RFC 6943, section 3.1.1: the "strict" form); IPv6 is RFC 4291,
 * section 2.2, without brackets and without a zone. The looser spellings that {@code getaddrinfo} knows ({@code 127.1},
 * {@code 0x7f000001}) are not addresses here, so two readers can never disagree about what was meant.
 */
public final class IpLiteral {
    private static final int MAX_TEXT_LENGTH = 45;
    private static final int GROUP_COUNT = 8;

    private IpLiteral() {}

    /** The address, or null where the text is none. A v4-mapped IPv6 address becomes its IPv4 address. */
    public static @Nullable InetAddress parse(String text) {
        if (text.isEmpty() || text.length() > MAX_TEXT_LENGTH) {
            return null;
        }
        byte @Nullable [] bytes = text.indexOf(':') < 0 ? parseV4(text, 0) : parseV6(text);
        return bytes == null ? null : fromBytes(bytes);
    }

    public static InetAddress fromBytes(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException wrongLength) {
            throw new IllegalArgumentException("an IP address has 4 or 16 bytes, not " + bytes.length, wrongLength);
        }
    }

    private static byte @Nullable [] parseV4(String text, int from) {
        byte[] bytes = new byte[4];
        int at = from;
        for (int i = 0; i < 4; i++) {
            int start = at;
            int value = 0;
            while (at < text.length() && isDigit(text.charAt(at)) && at - start < 3) {
                value = value * 10 + (text.charAt(at++) - '0');
            }
            boolean leadingZero = at - start > 1 && text.charAt(start) == '0';
            if (at == start || leadingZero || value > 255) {
                return null;
            }
            bytes[i] = (byte) value;
            if (i < 3 && (at >= text.length() || text.charAt(at++) != '.')) {
                return null;
            }
        }
        return at == text.length() ? bytes : null;
    }

    private static byte @Nullable [] parseV6(String text) {
        int[] groups = new int[GROUP_COUNT];
        int count = 0;
        int gapAt = -1;
        int at = 0;
        if (text.startsWith("::")) {
            gapAt = 0;
            at = 2;
        }
        while (at < text.length()) {
            int start = at;
            int value = 0;
            while (at < text.length()
                    && at - start < 4
                    && Character.digit(text.charAt(at), 16) >= 0
                    && text.charAt(at) < 128) {
                value = (value << 4) | Character.digit(text.charAt(at++), 16);
            }
            if (at < text.length() && text.charAt(at) == '.') {
                byte @Nullable [] tail = parseV4(text, start);
                if (tail == null || count > GROUP_COUNT - 2) {
                    return null;
                }
                groups[count++] = ((tail[0] & 0xff) << 8) | (tail[1] & 0xff);
                groups[count++] = ((tail[2] & 0xff) << 8) | (tail[3] & 0xff);
                at = text.length();
                break;
            }
            if (at == start || count == GROUP_COUNT) {
                return null;
            }
            groups[count++] = value;
            if (at == text.length()) {
                break;
            }
            if (text.charAt(at++) != ':') {
                return null;
            }
            if (at < text.length() && text.charAt(at) == ':') {
                if (gapAt >= 0) {
                    return null;
                }
                gapAt = count;
                at++;
            } else if (at == text.length()) {
                return null;
            }
        }
        if (gapAt < 0 ? count != GROUP_COUNT : count == GROUP_COUNT) {
            return null;
        }
        return spread(groups, count, gapAt < 0 ? count : gapAt);
    }

    private static byte[] spread(int[] groups, int count, int gapAt) {
        byte[] bytes = new byte[GROUP_COUNT * 2];
        int behindGap = count - gapAt;
        for (int i = 0; i < gapAt; i++) {
            put(bytes, i, groups[i]);
        }
        for (int i = 0; i < behindGap; i++) {
            put(bytes, GROUP_COUNT - behindGap + i, groups[gapAt + i]);
        }
        return bytes;
    }

    private static void put(byte[] bytes, int group, int value) {
        bytes[2 * group] = (byte) (value >> 8);
        bytes[2 * group + 1] = (byte) value;
    }

    public static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
