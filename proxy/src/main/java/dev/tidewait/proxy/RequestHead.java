package dev.tidewait.proxy;

import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.address.IpLiteral;
import dev.tidewait.proxy.address.Printable;
import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A strict reading of one HTTP/1 request head (RFC 9112, sections 2 to 5). Stateless.
 *
 * <p>Only CONNECT is offered now, so of the fields only their form is checked, {@code Host} (exactly one in HTTP/1.1, RFC 9112, section
 * 3.2), and that no content is announced (RFC 9110, section 9.3.6). What a lenient reader could take for something else is an error.
 */
sealed interface RequestHead {
    /** A tunnel is wanted. */
    record Connect(HostPort target, List<String> proxyAuthorization) implements RequestHead {}

    /** The request cannot be served. */
    record Unfit(Failure failure) implements RequestHead {}

    int MAX_FIELDS = 100;

    /** Methods of RFC 9110 and RFC 5789 that are known, but not offered. */
    Set<String> KNOWN_METHODS = Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH");

    /**
     * Reads a head.
     *
     * @param head everything before the empty line, lines separated by CRLF, one char for each byte
     */
    static RequestHead parse(String head) {
        String[] lines = head.split("\r\n", -1);
        String[] parts = lines[0].split(" ", -1);
        if (parts.length != 3 || !isToken(parts[0])) {
            return bad("The first line is not 'METHOD target HTTP/1.1' with single spaces.");
        }
        String method = parts[0];
        if (!parts[2].equals("HTTP/1.1") && !parts[2].equals("HTTP/1.0")) {
            return wrongVersion(parts[2]);
        }
        if (!method.equals("CONNECT")) {
            return wrongMethod(method);
        }
        HostPort target;
        try {
            target = HostPort.parse(parts[1]);
        } catch (IllegalArgumentException wrong) {
            return bad("The target '" + Printable.of(parts[1]) + "' is wrong: " + wrong.getMessage() + ".");
        }
        String trouble = checkFields(lines, parts[2].equals("HTTP/1.1"));
        return trouble.isEmpty() ? new Connect(target, proxyAuthorization(lines)) : bad(trouble);
    }

    private static List<String> proxyAuthorization(String[] lines) {
        String name = "proxy-authorization:";
        return Arrays.stream(lines)
                .skip(1)
                .filter(line -> line.regionMatches(true, 0, name, 0, name.length()))
                .map(line -> line.substring(name.length()).strip())
                .toList();
    }

    private static RequestHead wrongVersion(String version) {
        boolean http = version.length() == 8
                && version.startsWith("HTTP/")
                && IpLiteral.isDigit(version.charAt(5))
                && version.charAt(6) == '.'
                && IpLiteral.isDigit(version.charAt(7));
        return http
                ? new Unfit(new Failure(
                        ProxyError.VERSION_UNKNOWN, version + " is not spoken here. Use HTTP/1.1 towards the proxy."))
                : bad("The first line does not end in HTTP/1.1 or HTTP/1.0.");
    }

    private static RequestHead wrongMethod(String method) {
        String text = "Only CONNECT is offered now, not " + Printable.of(method, 32)
                + ". Use a https:// address, or make the client tunnel everything (curl: --proxytunnel).";
        return KNOWN_METHODS.contains(method)
                ? new Unfit(new Failure(ProxyError.METHOD_NOT_ALLOWED, text, !method.equals("HEAD")))
                : new Unfit(new Failure(ProxyError.METHOD_UNKNOWN, text));
    }

    /** What is wrong with the fields, or an empty string. */
    private static String checkFields(String[] lines, boolean hostRequired) {
        if (lines.length - 1 > MAX_FIELDS) {
            return "There are more than " + MAX_FIELDS + " header fields.";
        }
        int hostCount = 0;
        for (int i = 1; i < lines.length; i++) {
            String line = lines[i];
            int colon = line.indexOf(':');
            String name = colon < 0 ? line : line.substring(0, colon);
            if (colon < 0 || !isToken(name)) {
                return "Header line " + i + " is not 'name: value' (no space before the colon, no folded lines).";
            }
            String value = line.substring(colon + 1).strip();
            if (!isFieldValue(value)) {
                return "The value of header field " + name + " has a control character.";
            }
            if (name.equalsIgnoreCase("host")) {
                hostCount++;
                if (!isHostValue(value)) {
                    return "The Host field is not a host with or without a port.";
                }
            } else if (name.equalsIgnoreCase("transfer-encoding")
                    || (name.equalsIgnoreCase("content-length") && !value.equals("0"))) {
                return "CONNECT has no content, but " + name + " announces some.";
            }
        }
        if (hostCount > 1 || (hostRequired && hostCount == 0)) {
            return hostCount == 0 ? "The Host field is missing." : "There is more than one Host field.";
        }
        return "";
    }

    private static boolean isHostValue(String value) {
        if (value.isEmpty()) {
            return true;
        }
        boolean hasPort = value.startsWith("[") ? value.contains("]:") : value.indexOf(':') >= 0;
        try {
            HostPort read = HostPort.parse(hasPort ? value : value + ":1");
            return read.port() > 0;
        } catch (IllegalArgumentException wrong) {
            return false;
        }
    }

    /** RFC 9110, section 5.6.2. */
    static boolean isToken(String text) {
        if (text.isEmpty()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (!isTokenChar(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    static boolean isTokenChar(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || (c < 128 && "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
    }

    /** RFC 9110, section 5.5: visible characters, space, tab, and bytes above 0x7f. */
    private static boolean isFieldValue(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < 0x20 && c != '\t') || c == 0x7f) {
                return false;
            }
        }
        return true;
    }

    private static Unfit bad(String text) {
        return new Unfit(new Failure(ProxyError.BAD_REQUEST, text));
    }
}
