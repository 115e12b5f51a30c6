package dev.tidewait.lab;

/**
 * What a {@link SilentPeer} counted. Immutable.
 *
 * @param syns SYNs received, retransmissions included
 * @param accepted connects answered
 * @param completed connections closed by both sides
 * @param droppedBySequence SYNs dropped because SEQ ≤ RCV.NXT in TIME_WAIT
 * @param silenced SYNs not answered on demand
 * @param lost first SYNs lost on demand
 * @param dropped SYNs not answered because none is
 * @param finsRepeated FINs sent again on demand
 * @param repeatedFinsAcknowledged those answered by an ACK of exactly that FIN
 * @param resetsReceived RSTs received
 * @param resetsSent RSTs sent in answer to segments of no connection
 */
public record SilentReport(
        long syns,
        long accepted,
        long completed,
        long droppedBySequence,
        long silenced,
        long lost,
        long dropped,
        long finsRepeated,
        long repeatedFinsAcknowledged,
        long resetsReceived,
        long resetsSent) {

    static SilentReport parse(String json) {
        JsonObject report = JsonObject.parse(json);
        return new SilentReport(
                report.number("syns"),
                report.number("accepted"),
                report.number("completed"),
                report.number("dropped_by_sequence"),
                report.number("silenced"),
                report.number("lost"),
                report.number("dropped"),
                report.number("fins_repeated"),
                report.number("repeated_fins_acknowledged"),
                report.number("resets_received"),
                report.number("resets_sent"));
    }
}
