package dev.tidewait.proxy;

import java.time.Duration;
import java.util.stream.Stream;

/**
 * {@link Timeouts} in ticks of a {@link Roster}: milliseconds, of which it lets a few pass at once. Immutable.
 *
 * @param sweepMillis so many pass at once: an eighth of the shortest timeout, 5 ms to 500 ms
 * @param connectGuard longer than any connect may take; a connector that forgets to answer is noticed
 * @param linger how long an answer's reader may take to close
 */
record Ticks(
        long sweepMillis,
        long idle,
        long halfClosed,
        long drain,
        long clientHeader,
        long resolve,
        long clientIdle,
        long serverIdle,
        long serverLifetime,
        long connectGuard,
        long linger) {
    private static final long SHORTEST_MILLIS = 5;
    private static final long LONGEST_MILLIS = 500;
    private static final Duration CONNECT_GRACE = Duration.ofSeconds(5);
    private static final Duration LINGER = Duration.ofSeconds(2);

    static Ticks of(Timeouts timeouts) {
        long shortest = Stream.of(
                        timeouts.idle(),
                        timeouts.halfClosed(),
                        timeouts.clientHeader(),
                        timeouts.resolve(),
                        timeouts.clientIdle(),
                        timeouts.serverIdle())
                .mapToLong(Duration::toMillis)
                .min()
                .orElse(LONGEST_MILLIS);
        long sweepMillis = Math.clamp(shortest / 8, SHORTEST_MILLIS, LONGEST_MILLIS);
        Duration connect = timeouts.portWait().plus(timeouts.connect()).plus(CONNECT_GRACE);
        return new Ticks(
                sweepMillis,
                count(timeouts.idle(), sweepMillis),
                count(timeouts.halfClosed(), sweepMillis),
                timeouts.drain().isZero() ? 0 : count(timeouts.drain(), sweepMillis),
                count(timeouts.clientHeader(), sweepMillis),
                count(timeouts.resolve(), sweepMillis),
                count(timeouts.clientIdle(), sweepMillis),
                count(timeouts.serverIdle(), sweepMillis),
                count(timeouts.serverLifetime(), sweepMillis),
                count(connect, sweepMillis),
                count(LINGER, sweepMillis));
    }

    /** One sweep more than fits, since the next one may come at once. */
    private static long count(Duration time, long sweepMillis) {
        return time.toMillis() + sweepMillis;
    }
}
