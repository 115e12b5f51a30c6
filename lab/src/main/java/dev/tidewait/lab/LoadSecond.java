package dev.tidewait.lab;

/**
 * How the load stood at the end of one second. Immutable.
 *
 * @param second from 1
 * @param started transactions started so far
 * @param done ended well so far
 * @param failed failed so far
 * @param outstanding open now
 * @param p50Micros median latency from due to answer within this second
 * @param p99Micros 99th percentile of the same
 */
public record LoadSecond(
        long second, long started, long done, long failed, long outstanding, long p50Micros, long p99Micros) {

    /** The same second of two processes together; of both latencies the larger one. */
    LoadSecond plus(LoadSecond other) {
        return new LoadSecond(
                second,
                started + other.started,
                done + other.done,
                failed + other.failed,
                outstanding + other.outstanding,
                Math.max(p50Micros, other.p50Micros),
                Math.max(p99Micros, other.p99Micros));
    }

    static LoadSecond of(JsonObject line) {
        return new LoadSecond(
                line.number("second"),
                line.number("started"),
                line.number("done"),
                line.number("failed"),
                line.number("outstanding"),
                line.number("p50_us"),
                line.number("p99_us"));
    }
}
