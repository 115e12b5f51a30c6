package dev.tidewait.lab;

/**
 * What the origin counted. Immutable.
 *
 * @param accepted connections
 * @param answered requests answered
 * @param endedByClient connections answered and then closed by the peer first
 * @param endedByServer closed by the origin first
 * @param resetByServer reset by the origin, as asked
 * @param resetByPeer reset by the peer
 * @param earlyEof closed by the peer before it was answered
 * @param timedOut silent for too long
 * @param otherErrors anything else
 * @param open still open at the end
 */
public record OriginReport(
        long accepted,
        long answered,
        long endedByClient,
        long endedByServer,
        long resetByServer,
        long resetByPeer,
        long earlyEof,
        long timedOut,
        long otherErrors,
        long open) {

    /** Two processes that shared the load, together. */
    OriginReport plus(OriginReport other) {
        return new OriginReport(
                accepted + other.accepted,
                answered + other.answered,
                endedByClient + other.endedByClient,
                endedByServer + other.endedByServer,
                resetByServer + other.resetByServer,
                resetByPeer + other.resetByPeer,
                earlyEof + other.earlyEof,
                timedOut + other.timedOut,
                otherErrors + other.otherErrors,
                open + other.open);
    }

    static OriginReport parse(String json) {
        JsonObject report = JsonObject.parse(json);
        return new OriginReport(
                report.number("accepted"),
                report.number("answered"),
                report.number("ended_by_client"),
                report.number("ended_by_server"),
                report.number("reset_by_server"),
                report.number("reset_by_peer"),
                report.number("early_eof"),
                report.number("timed_out"),
                report.number("other_errors"),
                report.number("open"));
    }
}
