package dev.tidewait.proxy;

import java.time.Duration;
import java.util.stream.Stream;

/**
 * {@link Timeouts} in ticks of a {@link Roster}. Immutable.
 *
 * @param tickNanos length of a tick: an eighth of the shortest timeout, 5 ms to 500 ms
 * @param connectGuard longer than any connect may take; a connector that forgets to answer is noticed
 * @param linger how long an answer's reader may take to close
 */
record Ticks(
        long tickNanos,
        long idle,
        long halfClosed,
        long drain,
        long clientHeader,
        long resolve,
        long connectGuard,
        long linger) {
    private static final long SHORTEST_NANOS = Duration.ofMillis(5).toNanos();
    private static final long LONGEST_NANOS = Duration.ofMillis(500).toNanos();
    private static final Duration CONNECT_GRACE = Duration.ofSeconds(5);
    private static final Duration LINGER = Duration.ofSeconds(2);

    static Ticks of(Timeouts timeouts) {
        long shortest = Stream.of(timeouts.idle(), timeouts.halfClosed(), timeouts.clientHeader(), timeouts.resolve())
                .mapToLong(Duration::toNanos)
                .min()
                .orElse(LONGEST_NANOS);
        long tickNanos = Math.clamp(shortest / 8, SHORTEST_NANOS, LONGEST_NANOS);
        Duration connect = timeouts.portWait().plus(timeouts.connect()).plus(CONNECT_GRACE);
        return new Ticks(
                tickNanos,
                count(timeouts.idle(), tickNanos),
                count(timeouts.halfClosed(), tickNanos),
                timeouts.drain().isZero() ? 0 : count(timeouts.drain(), tickNanos),
                count(timeouts.clientHeader(), tickNanos),
                count(timeouts.resolve(), tickNanos),
                count(connect, tickNanos),
                count(LINGER, tickNanos));
    }

    /** One more than fits, since the first tick may be nearly over. */
    private static long count(Duration time, long tickNanos) {
        return Math.ceilDiv(time.toNanos(), tickNanos) + 1;
    }
}
