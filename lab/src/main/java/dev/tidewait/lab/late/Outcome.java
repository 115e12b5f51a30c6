package dev.tidewait.lab.late;

import dev.tidewait.lab.LinkReport;
import dev.tidewait.lab.PatternReport;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What came of one cell. Immutable.
 *
 * @param cell which
 * @param copies late copies that reached a live next incarnation, counted when its device took them
 * @param incarnations that a copy reached
 * @param byKind copies of data, ACK, FIN, RST, SYN, both directions
 * @param youngestMicros age of the youngest copy, since the last segment of its incarnation (a peer in LAST_ACK goes on repeating its FIN)
 * @param oldestMicros age of the oldest
 * @param wrongBytes at both ends
 * @param resets of connections that had not agreed on one, at both ends
 * @param cutOff connections that ended by FIN before everything was there, at both ends
 * @param unfinished connections of the clients that did not come through for another reason
 * @param unused connections to the server on which nothing ever came, because whoever connected tried twice and took the other
 * @param done connections of the clients that came through
 * @param challengeAcks of both stacks (RFC 5961)
 * @param refusedByTimestamp segments that PAWS refused
 * @param unanswered segments outside the window that got no answer because one was given just before
 * @param synsRepeated SYNs sent again by the client's stack: each is a delay
 * @param noPort tries to connect that found no port
 * @param millis how long the cell took
 * @param firstWrong where the first wrong byte was, empty if there was none
 * @param run what {@code tidewait run} counted; empty without it
 */
public record Outcome(
        Cell cell,
        long copies,
        long incarnations,
        List<Long> byKind,
        long youngestMicros,
        long oldestMicros,
        long wrongBytes,
        long resets,
        long cutOff,
        long unfinished,
        long unused,
        long done,
        long challengeAcks,
        long refusedByTimestamp,
        long unanswered,
        long synsRepeated,
        long noPort,
        long millis,
        String firstWrong,
        Optional<RunCount> run) {
    public Outcome {
        byKind = List.copyOf(byKind);
    }

    static Outcome of(
            Cell cell,
            PatternReport clients,
            PatternReport server,
            LinkReport link,
            StackCounters left,
            StackCounters right,
            Optional<RunCount> run,
            long millis) {
        return new Outcome(
                cell,
                link.lateDelivered(),
                link.lateReached(),
                IntStream.range(0, LinkReport.KINDS.length())
                        .mapToObj(kind -> link.lateFromLeft().get(kind)
                                + link.lateFromRight().get(kind))
                        .toList(),
                link.youngestLateMicros(),
                link.oldestLateMicros(),
                clients.wrongBytes() + server.wrongBytes(),
                clients.resets() + server.resets(),
                clients.earlyEof() + server.earlyEof(),
                clients.timedOut() + clients.refused() + clients.other(),
                server.unused(),
                clients.done(),
                left.get("TCPChallengeACK") + right.get("TCPChallengeACK"),
                left.sum("PAWS") + right.sum("PAWS"),
                left.sum("TCPACKSkipped") + right.sum("TCPACKSkipped"),
                left.get("TCPSynRetrans"),
                clients.noPort(),
                millis,
                clients.firstWrong().isEmpty() ? server.firstWrong() : clients.firstWrong(),
                run);
    }

    /** No byte was wrong, nothing was reset or cut off, everything came through. */
    public boolean isHarmless() {
        return wrongBytes + resets + cutOff + unfinished == 0;
    }
}
