package dev.tidewait.proxy.http1;

/**
 * Finds the schemes that log in a connection where HTTP logs in a request: NTLM and Negotiate. Stateless.
 *
 * <p>Whoever sends on such a connection afterwards is taken for that user, so it may serve nobody else (RFC 4559, section 6; RFC 9110, section 3.3).
 */
final class ConnectionLogin {
    private static final String[] SCHEMES = {"ntlm", "negotiate"};

    private ConnectionLogin() {}

    /** Whether a field of that name has credentials, or a challenge, of such a scheme. One within quotes counts, too: that costs nothing but a connection. */
    static boolean isIn(Fields fields, FieldName name) {
        for (int i = 0; i < fields.count(); i++) {
            if (fields.known(i) == name && hasScheme(fields.bytes(), fields.valueStart(i), fields.valueEnd(i))) {
                return true;
            }
        }
        return false;
    }

    /** Challenges are a list, divided by commas as their own parameters are. */
    private static boolean hasScheme(byte[] bytes, int from, int to) {
        int start = from;
        for (int i = from; i <= to; i++) {
            if (i == to || bytes[i] == ',') {
                if (isScheme(bytes, start, i)) {
                    return true;
                }
                start = i + 1;
            }
        }
        return false;
    }

    private static boolean isScheme(byte[] bytes, int from, int to) {
        int start = from;
        while (start < to && Octets.isBlank(bytes[start])) {
            start++;
        }
        int end = start;
        while (end < to && Octets.isToken(bytes[end])) {
            end++;
        }
        for (String scheme : SCHEMES) {
            if (Octets.equalsIgnoringCase(bytes, start, end, scheme)) {
                return true;
            }
        }
        return false;
    }
}
