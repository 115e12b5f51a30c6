package dev.tidewait.proxy.http1;

import dev.tidewait.proxy.address.Printable;
import dev.tidewait.proxy.failure.ProxyError;

/** {@code method SP request-target SP HTTP-version}, with single spaces and nothing else (RFC 9112, section 3). Immutable. */
final class RequestLine {
    private static final int VERSION_LENGTH = 8;
    private static final String[] REGISTERED = {
        "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"
    };

    private final String method;
    private final HttpVersion version;
    private final byte[] bytes;
    private final int targetStart;
    private final int targetEnd;

    private RequestLine(String method, HttpVersion version, byte[] bytes, int targetStart, int targetEnd) {
        this.method = method;
        this.version = version;
        this.bytes = bytes;
        this.targetStart = targetStart;
        this.targetEnd = targetEnd;
    }

    static RequestLine read(byte[] bytes, int from, int to) throws Malformed {
        int methodEnd = from;
        while (methodEnd < to && Octets.isToken(bytes[methodEnd])) {
            methodEnd++;
        }
        int targetStart = methodEnd + 1;
        int targetEnd = targetStart;
        while (targetEnd < to && Octets.isTarget(bytes[targetEnd])) {
            targetEnd++;
        }
        if (methodEnd == to || bytes[methodEnd] != ' ' || targetEnd == targetStart) {
            throw bad("The first line is not 'METHOD target HTTP/1.1' with single spaces.");
        }
        if (targetEnd == to || bytes[targetEnd] != ' ') {
            throw bad(
                    targetEnd == to
                            ? "The first line does not end in HTTP/1.1 or HTTP/1.0."
                            : badTarget(bytes[targetEnd]));
        }
        HttpVersion version = version(bytes, targetEnd + 1, to);
        return new RequestLine(method(bytes, from, methodEnd), version, bytes, targetStart, targetEnd);
    }

    private static String badTarget(byte b) {
        return switch (b) {
            case '#' -> "The target has a fragment (#). It is for the client alone; leave it out.";
            case '\t' -> "The first line has a tab in place of a space.";
            default -> "The target has bytes that are no visible ASCII. Write them as %XX.";
        };
    }

    private static HttpVersion version(byte[] bytes, int from, int to) throws Malformed {
        if (Octets.equals(bytes, from, to, "HTTP/1.1")) {
            return HttpVersion.HTTP_1_1;
        }
        if (Octets.equals(bytes, from, to, "HTTP/1.0")) {
            return HttpVersion.HTTP_1_0;
        }
        boolean otherHttp = to - from == VERSION_LENGTH
                && Octets.equals(bytes, from, from + 5, "HTTP/")
                && Octets.isDigit(bytes[from + 5])
                && bytes[from + 6] == '.'
                && Octets.isDigit(bytes[from + 7]);
        if (otherHttp) {
            throw new Malformed(
                    ProxyError.VERSION_UNKNOWN,
                    Octets.text(bytes, from, to) + " is not spoken here. Use HTTP/1.1 towards the proxy.");
        }
        throw bad("The first line does not end in HTTP/1.1 or HTTP/1.0 behind a single space.");
    }

    /** The registered ones without a new String. */
    private static String method(byte[] bytes, int from, int to) {
        for (String method : REGISTERED) {
            if (Octets.equals(bytes, from, to, method)) {
                return method;
            }
        }
        return Octets.text(bytes, from, to);
    }

    String method() {
        return method;
    }

    HttpVersion version() {
        return version;
    }

    /** The bytes of the head. */
    byte[] bytes() {
        return bytes;
    }

    /** Index of the first byte of the target. */
    int targetStart() {
        return targetStart;
    }

    /** Index behind the last byte of the target. */
    int targetEnd() {
        return targetEnd;
    }

    boolean isRegistered() {
        for (String known : REGISTERED) {
            if (known.equals(method)) {
                return true;
            }
        }
        return false;
    }

    /** The target for a message, without its secrets. */
    String printableTarget() {
        return "'" + Printable.of(withoutSecrets(Octets.text(bytes, targetStart, targetEnd))) + "'";
    }

    /**
     * Failures are logged, also where {@code accessLog.queries} is off: three dots stand for user information and for a query (RFC 3986,
     * sections 3.2.1 and 3.4).
     */
    private static String withoutSecrets(String target) {
        int query = target.indexOf('?');
        String shown = query < 0 ? target : target.substring(0, query) + "?...";
        int scheme = shown.indexOf("://");
        int authority = scheme < 0 ? 0 : scheme + 3;
        int path = shown.indexOf('/', authority);
        int at = shown.lastIndexOf('@', path < 0 ? shown.length() : path);
        return at < authority ? shown : shown.substring(0, authority) + "..." + shown.substring(at);
    }

    static Malformed bad(String text) {
        return Part.REQUEST_HEAD.flaw(text);
    }
}
