package dev.tidewait.proxy.http1;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** IMF-fixdate (RFC 9110, section 5.6.7). Stateless. */
public final class HttpDate {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private HttpDate() {}

    /** {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
    public static String of(long epochSeconds) {
        return FORMAT.format(Instant.ofEpochSecond(epochSeconds));
    }
}
