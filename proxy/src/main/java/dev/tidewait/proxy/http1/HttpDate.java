package dev.tidewait.proxy.http1;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** IMF-fixdate (RFC 9110, section 5.6.7). Any thread; the text of the last second asked for is kept, because formatting costs half a microsecond. */
public final class HttpDate {
    private record Second(long epochSeconds, String text) {}

    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private static volatile Second last = second(0);

    private HttpDate() {}

    /** {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
    public static String of(long epochSeconds) {
        Second known = last;
        if (known.epochSeconds != epochSeconds) {
            known = second(epochSeconds);
            last = known;
        }
        return known.text;
    }

    private static Second second(long epochSeconds) {
        return new Second(epochSeconds, FORMAT.format(Instant.ofEpochSecond(epochSeconds)));
    }
}
