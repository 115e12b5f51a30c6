package dev.tidewait.proxy.http1;

import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.failure.ProxyError;

/** Reads the target of a request in its four forms (RFC 9112, section 3.2), and compares it with Host. Stateless. */
final class TargetForm {
    private static final String SCHEME = "http://";
    private static final String DEFAULT_PORT = ":80";

    private TargetForm() {}

    static Target read(RequestLine line) throws Malformed {
        byte[] bytes = line.bytes();
        int from = line.targetStart();
        int to = line.targetEnd();
        if (line.method().equals("CONNECT")) {
            return new Target.Authority(authority(line, Octets.text(bytes, from, to)));
        }
        if (bytes[from] == '/') {
            return new Target.Origin(Octets.text(bytes, from, to));
        }
        if (Octets.equals(bytes, from, to, "*")) {
            if (!line.method().equals("OPTIONS")) {
                throw RequestLine.bad("The target * is for OPTIONS only.");
            }
            return new Target.Asterisk();
        }
        int authorityStart = from + SCHEME.length();
        if (authorityStart > to || !isScheme(bytes, from)) {
            throw otherForm(line);
        }
        int authorityEnd = endOfAuthority(bytes, authorityStart, to);
        HostPort authority = authority(line, withPort(Octets.text(bytes, authorityStart, authorityEnd)));
        return new Target.Absolute(authority, pathAndQuery(line, authorityEnd));
    }

    private static boolean isScheme(byte[] bytes, int from) {
        return Octets.equalsIgnoringCase(bytes, from, from + 4, "http")
                && Octets.equals(bytes, from + 4, from + 7, "://");
    }

    private static int endOfAuthority(byte[] bytes, int from, int to) {
        int end = from;
        while (end < to && bytes[end] != '/' && bytes[end] != '?') {
            end++;
        }
        return end;
    }

    /** An empty path is a slash; of OPTIONS without query it is the server as a whole (sections 3.2.1 and 3.2.4). */
    private static String pathAndQuery(RequestLine line, int from) {
        if (from == line.targetEnd()) {
            return line.method().equals("OPTIONS") ? "*" : "/";
        }
        String text = Octets.text(line.bytes(), from, line.targetEnd());
        return text.charAt(0) == '?' ? "/" + text : text;
    }

    private static HostPort authority(RequestLine line, String text) throws Malformed {
        if (text.indexOf('@') >= 0) {
            throw RequestLine.bad("The target " + line.printableTarget()
                    + " has user information (user:password@), which is not taken (RFC 9110, section 4.2.4).");
        }
        try {
            return HostPort.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw RequestLine.bad("The target " + line.printableTarget() + " is wrong: " + wrong.getMessage() + ".");
        }
    }

    private static Malformed otherForm(RequestLine line) {
        if (!line.isRegistered()) {
            return new Malformed(
                    ProxyError.METHOD_UNKNOWN,
                    "The method of this request is not known here with the target " + line.printableTarget()
                            + ". Use CONNECT host:port (in capitals) or an address that begins with http://.");
        }
        String target = Octets.text(line.bytes(), line.targetStart(), line.targetEnd());
        int colon = target.indexOf("://");
        if (colon > 0 && target.substring(0, colon).equalsIgnoreCase("https")) {
            return RequestLine.bad(
                    "The proxy does not speak TLS for its clients: reach https:// addresses with CONNECT host:443"
                            + " and encrypt inside that tunnel, as clients do that have this proxy set for https.");
        }
        if (colon > 0) {
            return RequestLine.bad(
                    "The target " + line.printableTarget() + " is wrong: only http:// addresses are fetched here.");
        }
        return RequestLine.bad("The target " + line.printableTarget()
                + " is wrong: write http://host/path, or CONNECT host:port for a tunnel.");
    }

    private static String withPort(String authority) {
        boolean hasPort = authority.startsWith("[") ? authority.contains("]:") : authority.indexOf(':') >= 0;
        return hasPort ? authority : authority + DEFAULT_PORT;
    }

    /**
     * Checks the one Host field. With an absolute target it must name the same server: a proxy would ignore it (RFC 9112, section
     * 3.2.2), but what is behind might not.
     */
    static void checkHost(RequestLine line, Target target, Fields fields, int index) throws Malformed {
        if (target instanceof Target.Absolute && isWrittenLikeHost(line, fields, index)) {
            return;
        }
        String value = fields.value(index);
        if (value.isEmpty() && !(target instanceof Target.Absolute)) {
            return;
        }
        HostPort host;
        try {
            host = HostPort.parse(withPort(value));
        } catch (IllegalArgumentException wrong) {
            throw RequestLine.bad("The Host field is not a host with or without a port: " + wrong.getMessage() + ".");
        }
        if (target instanceof Target.Absolute absolute && !host.equals(absolute.authority())) {
            throw RequestLine.bad("The Host field says " + host + ", but the target " + absolute.authority()
                    + ". Make them the same (RFC 9112, section 3.2).");
        }
    }

    /** The usual case: the same bytes. */
    private static boolean isWrittenLikeHost(RequestLine line, Fields fields, int index) {
        byte[] bytes = line.bytes();
        int from = line.targetStart() + SCHEME.length();
        int length = fields.valueEnd(index) - fields.valueStart(index);
        int to = from + length;
        if (length == 0 || to > line.targetEnd()) {
            return false;
        }
        boolean ends = to == line.targetEnd() || bytes[to] == '/' || bytes[to] == '?';
        if (!ends) {
            return false;
        }
        int at = fields.valueStart(index);
        for (int i = 0; i < length; i++) {
            if (bytes[from + i] != bytes[at + i]) {
                return false;
            }
        }
        return true;
    }
}
