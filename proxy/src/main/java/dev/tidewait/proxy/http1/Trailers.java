package dev.tidewait.proxy.http1;

import io.netty.buffer.ByteBuf;
import java.util.Locale;
import java.util.Set;

/**
 * The trailer section of one message, from its first field to its empty line. Owned by one event loop.
 *
 * <p>Fields that decide about framing, routing, the connection or who somebody is may not come so late (RFC 9110, section 6.5.1): who merges
 * trailers into the header section would then act on what nobody checked.
 */
final class Trailers {
    private static final int MAX_BYTES = 16_384;
    private static final Set<String> FORBIDDEN = Set.of(
            "transfer-encoding",
            "content-length",
            "content-encoding",
            "content-type",
            "content-range",
            "host",
            "connection",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "upgrade",
            "expect",
            "max-forwards",
            "authorization",
            "proxy-authorization",
            "www-authenticate",
            "proxy-authenticate",
            "cookie",
            "set-cookie",
            "via",
            "forwarded",
            "x-forwarded-for",
            "location");

    private final Part part;
    private final HeadScanner scanner;

    Trailers(Part part) {
        this.part = part;
        this.scanner = new HeadScanner(part, MAX_BYTES);
    }

    /** Takes the bytes that belong here. Returns whether the section is complete. */
    boolean take(ByteBuf in) throws Malformed {
        if (!scanner.scan(in)) {
            return false;
        }
        Fields fields = scanner.fields();
        for (int i = 0; i < fields.count(); i++) {
            if (FORBIDDEN.contains(fields.name(i).toLowerCase(Locale.ROOT))) {
                throw part.flaw("The field " + fields.name(i) + " may not come in a trailer section.");
            }
        }
        return true;
    }
}
