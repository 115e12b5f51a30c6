package dev.tidewait.proxy.http1;

import dev.tidewait.proxy.address.Printable;
import dev.tidewait.proxy.failure.ProxyError;
import java.util.Locale;

/** Makes a {@link RequestHead} of scanned lines, if they have one meaning and no other. Stateless. */
final class RequestParser {
    private static final int MAX_FORWARDS_DIGITS = 9;

    private RequestParser() {}

    static RequestHead parse(HeadScanner scanner) throws Malformed {
        RequestLine line = RequestLine.read(scanner.bytes(), scanner.lineStart(), scanner.lineEnd());
        Target target = TargetForm.read(line);
        Fields fields = scanner.fields();
        boolean isHttp11 = line.version() == HttpVersion.HTTP_1_1;
        int hostAt = -1;
        int expectAt = -1;
        int upgradeAt = -1;
        int upgradeCount = 0;
        int maxForwardsAt = -1;
        for (int i = 0; i < fields.count(); i++) {
            switch (fields.known(i)) {
                case HOST -> hostAt = only(hostAt, i, "Host");
                case EXPECT -> expectAt = only(expectAt, i, "Expect");
                case MAX_FORWARDS ->
                    maxForwardsAt = maxForwardsMean(line) ? only(maxForwardsAt, i, "Max-Forwards") : -1;
                case UPGRADE -> {
                    upgradeAt = i;
                    upgradeCount++;
                }
                default -> {
                    continue;
                }
            }
        }
        if (hostAt >= 0) {
            TargetForm.checkHost(line, target, fields, hostAt);
        } else if (isHttp11) {
            throw RequestLine.bad("The Host field is missing.");
        }
        BodyLength body = body(line, fields);
        ConnectionOptions options = ConnectionOptions.read(fields, Part.REQUEST_HEAD);
        boolean upgrades = isHttp11 && options.upgrade() && upgradeCount == 1 && body instanceof BodyLength.None;
        boolean expects = isHttp11 && expectAt >= 0 && expectsContinue(fields, expectAt);
        return new RequestHead(
                line.method(),
                target,
                line.version(),
                fields,
                body,
                options,
                expects && !(body instanceof BodyLength.None),
                upgrades ? offered(fields.value(upgradeAt)) : "",
                maxForwardsAt < 0 ? -1 : maxForwards(fields, maxForwardsAt),
                scanner.end() - scanner.lineStart());
    }

    private static int only(int before, int now, String name) throws Malformed {
        if (before >= 0) {
            throw RequestLine.bad("There is more than one " + name + " field.");
        }
        return now;
    }

    /** RFC 9110, section 7.6.2: in other methods the field may be ignored. */
    private static boolean maxForwardsMean(RequestLine line) {
        return line.method().equals("OPTIONS") || line.method().equals("TRACE");
    }

    private static BodyLength body(RequestLine line, Fields fields) throws Malformed {
        BodyLength body = Framing.stated(fields, line.version(), Part.REQUEST_HEAD, BodyLength.NONE);
        boolean mayNot = line.method().equals("CONNECT") || line.method().equals("TRACE");
        if (mayNot && !(body instanceof BodyLength.None)) {
            if (!body.equals(new BodyLength.Fixed(0))) {
                throw RequestLine.bad(line.method() + " has no content, but "
                        + (body instanceof BodyLength.Chunked ? "Transfer-Encoding" : "Content-Length")
                        + " announces some.");
            }
            return BodyLength.NONE;
        }
        return body;
    }

    private static boolean expectsContinue(Fields fields, int index) throws Malformed {
        if (!fields.valueIs(index, "100-continue")) {
            throw new Malformed(
                    ProxyError.EXPECTATION_UNKNOWN,
                    "The expectation '" + Printable.of(fields.value(index))
                            + "' is not known here; only 100-continue is.");
        }
        return true;
    }

    private static String offered(String upgrade) {
        for (String protocol : upgrade.toLowerCase(Locale.ROOT).split(",", -1)) {
            String name = protocol.strip();
            if (name.startsWith("h2") || name.startsWith("http")) {
                return "";
            }
        }
        return upgrade;
    }

    private static long maxForwards(Fields fields, int index) throws Malformed {
        int from = fields.valueStart(index);
        int to = fields.valueEnd(index);
        long value = 0;
        boolean valid = to > from && to - from <= MAX_FORWARDS_DIGITS;
        for (int i = from; valid && i < to; i++) {
            value = 10 * value + fields.bytes()[i] - '0';
            valid = Octets.isDigit(fields.bytes()[i]);
        }
        if (!valid) {
            throw RequestLine.bad("Max-Forwards is '" + Printable.of(fields.value(index))
                    + "', not a number of at most " + MAX_FORWARDS_DIGITS + " digits.");
        }
        return value;
    }
}
