package dev.tidewait.lab;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What the packet tap saw. Do not change the histogram.
 *
 * @param segments segments seen
 * @param dropped segments that passed while its ring was full
 * @param ignored segments it could not place (more than 256 pairs of source and destination, or cut off)
 * @param incarnations SYNs that were not retransmissions
 * @param reuses those of them on a four-tuple used before
 * @param synRetransmits SYNs seen again
 * @param challengeAcks SYNs answered by an ACK without SYN: the far end still knew the old incarnation
 * @param clientRsts RSTs sent by the connecting side (the proxy)
 * @param lateClientRsts those of them behind both FINs and without ACK: no socket's, but its kernel's answer to a segment that came for
 *     a connection that had ended (RFC 9293, section 3.10.7.1)
 * @param serverRsts RSTs sent by the far end
 * @param clientFinRetransmits FINs of the connecting side seen again
 * @param serverFinRetransmits FINs of the far end seen again
 * @param youngestNanos age of the youngest reuse; -1 without any
 * @param oldestNanos age of the oldest reuse; -1 without any
 * @param agesMicros ages of all reuses
 * @param groups pairs of source address and destination, as numbered in the records
 */
public record ObserverReport(
        long segments,
        long dropped,
        long ignored,
        long incarnations,
        long reuses,
        long synRetransmits,
        long challengeAcks,
        long clientRsts,
        long lateClientRsts,
        long serverRsts,
        long clientFinRetransmits,
        long serverFinRetransmits,
        long youngestNanos,
        long oldestNanos,
        Histogram agesMicros,
        List<Group> groups) {

    /**
     * A source address and a destination.
     *
     * @param source address that connects
     * @param destination address connected to
     * @param port its port
     */
    public record Group(String source, String destination, int port) {}

    /** Share of all segments that the tap missed, 0 to 1; above 0.001 its ages prove nothing. */
    public double lostShare() {
        long all = segments + dropped + ignored;
        return all == 0 ? 0 : (double) (dropped + ignored) / all;
    }

    static ObserverReport parse(String json) {
        JsonObject report = JsonObject.parse(json);
        return new ObserverReport(
                report.number("segments"),
                report.number("dropped"),
                report.number("ignored"),
                report.number("incarnations"),
                report.number("reuses"),
                report.number("syn_retransmits"),
                report.number("challenge_acks"),
                report.number("client_rsts"),
                report.number("late_client_rsts"),
                report.number("server_rsts"),
                report.number("client_fin_retransmits"),
                report.number("server_fin_retransmits"),
                report.number("youngest_ns"),
                report.number("oldest_ns"),
                MicrosHistogram.of(report.array("ages_us")),
                report.objects("groups").stream()
                        .map(group ->
                                new Group(group.text("source"), group.text("destination"), (int) group.number("port")))
                        .toList());
    }
}
