package dev.tidewait.lab.floor;

import dev.tidewait.evidence.risk.Meeting;
import dev.tidewait.evidence.risk.Receiver;
import dev.tidewait.evidence.risk.SendTimes;
import dev.tidewait.lab.LinkReport;
import dev.tidewait.lab.PatternReport;
import dev.tidewait.lab.TailReport;
import dev.tidewait.lab.late.StackCounters;

/**
 * What came of one cell, and what the model foretold. Immutable.
 *
 * @param cell which
 * @param connections that came through or not
 * @param perSecond of them, while it ran
 * @param reuses connections on a port that had been used before
 * @param ageSeconds at reuse, the mean
 * @param openSeconds how long a connection was live, the mean
 * @param copies drawn for all segments, those included that were too early or too late to be made
 * @param met copies that met a later connection
 * @param predictedMet by the model
 * @param hit connections that such a copy reached
 * @param taken of the copies, those that a receiver kept for later, out of order: with unrelated numbers, those taken for real
 * @param predictedTaken by the model; 0 where numbers are not unrelated
 * @param refusedByTimestamp segments that PAWS refused
 * @param harmed ends of connections with a wrong byte, reset, cut off or not done in time
 * @param wrongBytes at both ends
 * @param resets of connections that had not agreed on one
 * @param cutOff connections that ended by FIN before everything was there
 * @param unfinished connections of the clients that did not come through for another reason
 */
record FloorOutcome(
        FloorCell cell,
        long connections,
        double perSecond,
        long reuses,
        double ageSeconds,
        double openSeconds,
        double copies,
        long met,
        double predictedMet,
        long hit,
        long taken,
        double predictedTaken,
        long refusedByTimestamp,
        long harmed,
        long wrongBytes,
        long resets,
        long cutOff,
        long unfinished) {

    static FloorOutcome of(
            FloorCell cell,
            double copiesOfEach,
            PatternReport client,
            PatternReport server,
            LinkReport link,
            StackCounters moved,
            double seconds) {
        TailReport tail = link.tail();
        double copies = (double) tail.segments() * copiesOfEach;
        double window = tail.met() == 0 ? 0 : link.expectedInWindow() / (double) tail.met() * 0x1.0p32;
        double predicted = copiesOfEach * meets(cell, tail);
        long unfinished = client.timedOut() + client.refused() + client.other();
        long resets = client.resets() + server.resets();
        long cutOff = client.earlyEof() + server.earlyEof();
        return new FloorOutcome(
                cell,
                client.started(),
                (double) client.done() / seconds,
                tail.reuses(),
                tail.meanAgeSeconds(),
                tail.meanOpenSeconds(),
                copies,
                tail.met(),
                predicted,
                tail.reached(),
                moved.get("TCPOFOQueue"),
                cell.setting() == Setting.UNRELATED
                        ? (double) tail.met() * unrelated(window).accepted()
                        : 0,
                moved.sum("PAWS"),
                client.wrongConnections() + server.wrongConnections() + resets + cutOff + unfinished,
                client.wrongBytes() + server.wrongBytes(),
                resets,
                cutOff,
                unfinished);
    }

    /**
     * The model with the ages and lives as they were, and the moments and incarnations in which segments were sent: a connection that late copies
     * reach answers them, and so sends more than one before it.
     *
     * @return of one copy of each segment, how many meet a later connection
     */
    private static double meets(FloorCell cell, TailReport tail) {
        if (tail.segments() == 0 || !(tail.meanLaterOpenSeconds() > 0)) {
            return 0;
        }
        SendTimes sent = SendTimes.ofBins(tail.sentBinSeconds(), tail.sent());
        Meeting meeting = new Meeting(tail.meanAgeSeconds(), tail.meanOpenSeconds(), tail.meanLaterOpenSeconds(), sent);
        double sum = 0;
        double each = 0; // of an incarnation's copies, with so many incarnations behind it
        for (int behind = 1; behind < cell.rounds(); behind++) {
            each += meeting.probability(cell.madeTail(), behind);
            sum += (double) tail.byRound().get(cell.rounds() - 1 - behind) * each;
        }
        return sum;
    }

    private static Receiver unrelated(double windowBytes) {
        return new Receiver(
                Receiver.Timestamps.ABSENT,
                Receiver.Sequence.UNRELATED,
                Receiver.Acknowledgement.ACCEPTABLE,
                windowBytes);
    }

    /** As often as one spurious copy of each connection would have harmed, by what this run's many did. */
    double harmedByOneCopy() {
        return copies == 0 ? 0 : (double) harmed / copies;
    }

    /** Connections a second that so many ports would carry. */
    double perSecondOf(int ports) {
        return ports / (ageSeconds + openSeconds);
    }
}
