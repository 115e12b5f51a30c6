package dev.tidewait.evidence.live;

import java.util.concurrent.TimeUnit;

/** How far away the other end is, by the smoothed round trip of the connection when it ended. In the order that {@code late_layout.h} counts in. */
public enum RoundTripClass {
    /** The same machine or rack. */
    UNDER_1_MS(1),
    /** The same region. */
    UNDER_10_MS(10),
    /** The same continent. */
    UNDER_50_MS(50),
    /** Another continent. */
    UNDER_200_MS(200),
    /** Satellites, full buffers, mobile networks. */
    LONGER(Integer.MAX_VALUE),
    /** No sample, or a connection whose end was not seen. */
    UNKNOWN(Integer.MAX_VALUE);

    private final int upperMillis;

    RoundTripClass(int upperMillis) {
        this.upperMillis = upperMillis;
    }

    /** The longest round trip in this class, in microseconds. */
    long upperMicros() {
        return TimeUnit.MILLISECONDS.toMicros(upperMillis);
    }

    /** @param micros the smoothed round trip; 0 if it is not known */
    static RoundTripClass of(long micros) {
        if (micros == 0) {
            return UNKNOWN;
        }
        for (RoundTripClass candidate : values()) {
            if (micros <= candidate.upperMicros()) {
                return candidate;
            }
        }
        return LONGER;
    }
}
