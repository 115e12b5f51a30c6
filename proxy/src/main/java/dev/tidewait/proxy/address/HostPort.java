package dev.tidewait.proxy.address;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a connection shall go, as somebody wrote it: a name or an IP address, and a port. Immutable.
 *
 * <p>Strict on purpose (RFC 9110, section 7.2; RFC 9112, section 3.2.3): a port is required, no user information, no zone, no percent
 * encoding, names of letters, digits, hyphens and underscores. A name whose last label is a number must be a full dotted quad, so
 * {@code 127.1} and {@code 2130706433} are refused instead of guessed.
 *
 * @param host name in lower case, or address without brackets
 * @param port 1 to 65535
 */
public record HostPort(String host, int port) {
    public static final int MAX_PORT = 65535;

    private static final int MAX_PORT_DIGITS = 5;
    /** RFC 1035, section 2.3.4: 255 octets on the wire are 253 characters. */
    private static final int MAX_NAME_LENGTH = 253;

    private static final int MAX_LABEL_LENGTH = 63;

    public HostPort {
        host = host.toLowerCase(Locale.ROOT);
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("port " + port + " does not exist; give 1 to 65535");
        }
        if (IpLiteral.parse(host) == null) {
            checkName(host);
        }
    }

    /** Reads {@code example.net:443}, {@code 192.0.2.7:80} or {@code [2001:db8::7]:80}.
     *
     * @throws IllegalArgumentException what is wrong with the text
     */
    public static HostPort parse(String text) {
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            if (end < 0) {
                throw new IllegalArgumentException("the bracket of the IPv6 address is not closed");
            }
            String inside = text.substring(1, end);
            if (inside.indexOf('%') >= 0) {
                throw new IllegalArgumentException("an IPv6 address with a zone (%) has no meaning for a proxy");
            }
            if (inside.indexOf(':') < 0 || IpLiteral.parse(inside) == null) {
                throw new IllegalArgumentException("there is no valid IPv6 address between the brackets");
            }
            if (end + 1 >= text.length() || text.charAt(end + 1) != ':') {
                throw new IllegalArgumentException("the port is missing; write [address]:port");
            }
            return new HostPort(inside, portBehindColon(text.substring(end + 2)));
        }
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("the port is missing; write host:port");
        }
        if (text.indexOf(':', colon + 1) >= 0) {
            throw new IllegalArgumentException(
                    "more than one colon; write an IPv6 address in brackets: [address]:port");
        }
        return new HostPort(text.substring(0, colon), portBehindColon(text.substring(colon + 1)));
    }

    /** Does not repeat the text: of {@code user:password@host} it would be the password. */
    private static int portBehindColon(String digits) {
        if (!isPort(digits)) {
            throw new IllegalArgumentException("there is no valid port behind the colon; give 1 to 65535");
        }
        return Integer.parseInt(digits);
    }

    public static int parsePort(String digits, String whole) {
        if (!isPort(digits)) {
            throw new IllegalArgumentException("no valid port in '" + Printable.of(whole) + "'; give 1 to 65535");
        }
        return Integer.parseInt(digits);
    }

    private static boolean isPort(String digits) {
        int length = digits.length();
        if (length == 0 || length > MAX_PORT_DIGITS || digits.charAt(0) == '0') {
            return false;
        }
        int port = 0;
        for (int i = 0; i < length; i++) {
            if (!IpLiteral.isDigit(digits.charAt(i))) {
                return false;
            }
            port = 10 * port + digits.charAt(i) - '0';
        }
        return port <= MAX_PORT;
    }

    /** The address, where the host is one; then no name service is asked. */
    public Optional<InetAddress> literal() {
        return Optional.ofNullable(IpLiteral.parse(host));
    }

    private static void checkName(String name) {
        int length = name.endsWith(".") ? name.length() - 1 : name.length();
        if (length == 0) {
            throw new IllegalArgumentException("the host is missing; write host:port");
        }
        if (length > MAX_NAME_LENGTH) {
            throw new IllegalArgumentException("the host name is longer than 253 characters");
        }
        int labelStart = 0;
        for (int i = 0; i <= length; i++) {
            if (i == length || name.charAt(i) == '.') {
                checkLabel(name, labelStart, i);
                if (i == length && looksLikeNumber(name, labelStart, i)) {
                    throw new IllegalArgumentException(
                            "'" + name + "' is neither a name nor an IPv4 address of four decimal numbers");
                }
                labelStart = i + 1;
            }
        }
    }

    private static void checkLabel(String name, int from, int to) {
        if (from == to || to - from > MAX_LABEL_LENGTH) {
            throw new IllegalArgumentException("a part of the host name is empty or longer than 63 characters");
        }
        for (int i = from; i < to; i++) {
            char c = name.charAt(i);
            boolean valid = (c >= 'a' && c <= 'z') || IpLiteral.isDigit(c) || c == '-' || c == '_';
            if (!valid) {
                throw new IllegalArgumentException("a host name has letters, digits, '-', '_' and '.' only, not '"
                        + Printable.of(Character.toString(c)) + "'");
            }
        }
        if (name.charAt(from) == '-' || name.charAt(to - 1) == '-') {
            throw new IllegalArgumentException("a part of the host name begins or ends with '-'");
        }
    }

    /** Decimal or 0x-hexadecimal: such a last label makes resolvers read the whole name as an address. */
    private static boolean looksLikeNumber(String name, int from, int to) {
        boolean hex = name.startsWith("0x", from);
        for (int i = hex ? from + 2 : from; i < to; i++) {
            char c = name.charAt(i);
            if (!IpLiteral.isDigit(c) && !(hex && c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }

    /** As it would be written: brackets around an IPv6 address. */
    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
