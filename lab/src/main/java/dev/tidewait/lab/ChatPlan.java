package dev.tidewait.lab;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Clients that talk in small pieces, each answered byte for byte, every byte checked at both ends (the C program {@code chat}). Immutable;
 * made with {@link #to} or {@link #unbound}.
 *
 * @param target a chat server, or a proxy in front of one
 * @param sources the clients' own addresses and ports; empty = somebody else chooses them
 * @param connections how many in all
 * @param inFlight connections at any time, at most
 * @param perSecond connections begun a second, at most; 0 = as many as may be open
 * @param pieceBytes length of a piece, 1 to 16,384
 * @param pieces of each connection; 0 = until they are asked to finish
 * @param every time from one piece to the next
 * @param firstId number of the first connection; the bytes of two connections with different numbers differ
 * @param deadline a connection on which nothing was heard for so long has failed
 */
public record ChatPlan(
        InetSocketAddress target,
        Optional<SourceRing> sources,
        long connections,
        int inFlight,
        double perSecond,
        int pieceBytes,
        int pieces,
        Duration every,
        long firstId,
        Duration deadline) {

    /** 100 connections, 10 at a time, of three pieces of 200 bytes, 20 ms apart; 30 s of silence are a failure. */
    public static ChatPlan to(InetSocketAddress target, SourceRing sources) {
        return of(target, Optional.of(sources));
    }

    /** The same from sockets that nobody binds. */
    public static ChatPlan unbound(InetSocketAddress target) {
        return of(target, Optional.empty());
    }

    private static ChatPlan of(InetSocketAddress target, Optional<SourceRing> sources) {
        return new ChatPlan(target, sources, 100, 10, 0, 200, 3, Duration.ofMillis(20), 1, Duration.ofSeconds(30));
    }

    public ChatPlan withConnections(long count, int atATime) {
        return new ChatPlan(target, sources, count, atATime, perSecond, pieceBytes, pieces, every, firstId, deadline);
    }

    public ChatPlan withRate(double beginnings) {
        return new ChatPlan(
                target, sources, connections, inFlight, beginnings, pieceBytes, pieces, every, firstId, deadline);
    }

    /** @param count 0 = until they are asked to finish */
    public ChatPlan withPieces(int count, int bytes, Duration interval) {
        return new ChatPlan(
                target, sources, connections, inFlight, perSecond, bytes, count, interval, firstId, deadline);
    }

    public ChatPlan withFirstId(long id) {
        return new ChatPlan(target, sources, connections, inFlight, perSecond, pieceBytes, pieces, every, id, deadline);
    }

    public ChatPlan withDeadline(Duration silence) {
        return new ChatPlan(
                target, sources, connections, inFlight, perSecond, pieceBytes, pieces, every, firstId, silence);
    }

    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(
                "--target", LoadPlan.endpoint(target),
                "--connections", Long.toString(connections),
                "--in-flight", Integer.toString(inFlight),
                "--rate", Double.toString(perSecond),
                "--bytes", Integer.toString(pieceBytes),
                "--pieces", Integer.toString(pieces),
                "--every-millis", Long.toString(every.toMillis()),
                "--first-id", Long.toString(firstId),
                "--deadline-millis", Long.toString(deadline.toMillis())));
        sources.ifPresent(ring -> arguments.addAll(List.of(
                "--source", ring.first().getHostAddress(),
                "--source-count", Integer.toString(ring.addressCount()),
                "--ports", ring.portLow() + "-" + ring.portHigh())));
        return arguments;
    }
}
