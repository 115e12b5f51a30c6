package dev.tidewait.proxy.http1;

import java.nio.charset.StandardCharsets;

/** The classes of bytes that RFC 9110, section 5, and RFC 3986 know, and comparisons without Strings. Stateless. */
final class Octets {
    private static final int TOKEN = 1;
    private static final int VALUE = 2;
    private static final int TARGET = 4;
    private static final int QUOTED = 8;

    private static final byte[] KINDS = kinds();

    private Octets() {}

    private static byte[] kinds() {
        byte[] kinds = new byte[256];
        for (int b = 0; b < kinds.length; b++) {
            boolean alphanumeric = (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z');
            int kind = 0;
            if (alphanumeric || "!#$%&'*+-.^_`|~".indexOf(b) >= 0) {
                kind |= TOKEN;
            }
            if (b == '\t' || (b >= 0x20 && b != 0x7f)) {
                kind |= b == '"' || b == '\\' ? VALUE : VALUE | QUOTED;
            }
            if (b > 0x20 && b < 0x7f && b != '#') {
                kind |= TARGET;
            }
            kinds[b] = (byte) kind;
        }
        return kinds;
    }

    /** RFC 9110, section 5.6.2. */
    static boolean isToken(byte b) {
        return (KINDS[b & 0xff] & TOKEN) != 0;
    }

    /** RFC 9110, section 5.5: visible characters, space, tab, and bytes above 0x7f. */
    static boolean isValue(byte b) {
        return (KINDS[b & 0xff] & VALUE) != 0;
    }

    /** Inside quotes without a backslash (RFC 9110, section 5.6.4). */
    static boolean isQuoted(byte b) {
        return (KINDS[b & 0xff] & QUOTED) != 0;
    }

    /**
     * What may stand in a request target: visible ASCII without {@code #}, which is more than RFC 3986 has, because browsers send
     * {@code |[]^`{}} in a query as they are (WHATWG URL). None of it is a delimiter to any reader of a request line.
     */
    static boolean isTarget(byte b) {
        return (KINDS[b & 0xff] & TARGET) != 0;
    }

    static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    /** 0 to 15, or -1. */
    static int hexValue(byte b) {
        if (isDigit(b)) {
            return b - '0';
        }
        int lower = b | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    /** Whether these bytes are the text, which is in lower case and made of letters, digits and hyphens. */
    static boolean equalsIgnoringCase(byte[] bytes, int from, int to, String lowerCase) {
        int length = to - from;
        if (length != lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            byte b = bytes[from + i];
            int lower = b >= 'A' && b <= 'Z' ? b | 0x20 : b;
            if (lower != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether these bytes are exactly the text, which is ASCII. */
    static boolean equals(byte[] bytes, int from, int to, String ascii) {
        int length = to - from;
        if (length != ascii.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes[from + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** One char for each byte. */
    static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
