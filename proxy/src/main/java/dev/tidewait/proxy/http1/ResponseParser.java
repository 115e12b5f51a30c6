package dev.tidewait.proxy.http1;

/**
 * Makes a {@link ResponseHead} of scanned lines. Stateless.
 *
 * <p>The space behind the status may be missing where there is no reason phrase: servers leave it out, and there is no other way to read it.
 */
final class ResponseParser {
    private static final int VERSION_LENGTH = 8;
    private static final int STATUS_START = VERSION_LENGTH + 1;
    private static final int STATUS_LENGTH = 3;
    private static final int REASON_START = STATUS_START + STATUS_LENGTH + 1;

    private ResponseParser() {}

    static ResponseHead parse(HeadScanner scanner) throws Malformed {
        byte[] bytes = scanner.bytes();
        int from = scanner.lineStart();
        int to = scanner.lineEnd();
        HttpVersion version = version(bytes, from, to);
        int status = status(bytes, from, to);
        Fields fields = scanner.fields();
        BodyLength body = Framing.stated(fields, version, Part.RESPONSE_HEAD, BodyLength.UNTIL_CLOSE);
        if (ResponseHead.hasNoContent(status)
                && !(body instanceof BodyLength.UntilClose)
                && !body.equals(new BodyLength.Fixed(0))) {
            throw Part.RESPONSE_HEAD.flaw(
                    "The server's response " + status + " announces content, but such responses have none.");
        }
        return new ResponseHead(
                status,
                from + REASON_START <= to ? Octets.text(bytes, from + REASON_START, to) : "",
                version,
                fields,
                body,
                ConnectionOptions.read(fields, Part.RESPONSE_HEAD),
                scanner.end() - from);
    }

    private static HttpVersion version(byte[] bytes, int from, int to) throws Malformed {
        if (to - from > VERSION_LENGTH && bytes[from + VERSION_LENGTH] == ' ') {
            if (Octets.equals(bytes, from, from + VERSION_LENGTH, "HTTP/1.1")) {
                return HttpVersion.HTTP_1_1;
            }
            if (Octets.equals(bytes, from, from + VERSION_LENGTH, "HTTP/1.0")) {
                return HttpVersion.HTTP_1_0;
            }
        }
        throw Part.RESPONSE_HEAD.flaw("The server's answer does not begin with an HTTP/1.1 status line.");
    }

    private static int status(byte[] bytes, int from, int to) throws Malformed {
        int at = from + STATUS_START;
        int end = at + STATUS_LENGTH;
        boolean valid = end <= to
                && bytes[at] >= '1'
                && bytes[at] <= '9'
                && Octets.isDigit(bytes[at + 1])
                && Octets.isDigit(bytes[at + 2])
                && (end == to || bytes[end] == ' ');
        if (!valid) {
            throw Part.RESPONSE_HEAD.flaw("The status in the server's answer is not a number from 100 to 999.");
        }
        return 100 * (bytes[at] - '0') + 10 * (bytes[at + 1] - '0') + bytes[at + 2] - '0';
    }
}
