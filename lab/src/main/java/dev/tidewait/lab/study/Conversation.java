package dev.tidewait.lab.study;

import static dev.tidewait.lab.study.ScriptedSegment.ACK;
import static dev.tidewait.lab.study.ScriptedSegment.FIN;
import static dev.tidewait.lab.study.ScriptedSegment.RST;
import static dev.tidewait.lab.study.ScriptedSegment.SYN;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes one connection segment by segment, keeping both ends' sequence numbers. Times are in microseconds since the script's beginning. Used by one thread.
 */
public final class Conversation {
    /** Between the segments of a handshake or an orderly close. */
    public static final long STEP_MICROS = 200;

    private static final int LEAST_DATA = 1;

    private final InetSocketAddress client;
    private final InetSocketAddress server;
    private final List<ScriptedSegment> segments = new ArrayList<>();
    private int clientNext;
    private int serverNext;

    /** @param clientSequence the client's initial sequence number; the server's lies half the space away */
    public Conversation(InetSocketAddress client, InetSocketAddress server, int clientSequence) {
        this.client = client;
        this.server = server;
        this.clientNext = clientSequence;
        this.serverNext = clientSequence ^ Integer.MIN_VALUE;
    }

    /** What was written until now. */
    public List<ScriptedSegment> segments() {
        return List.copyOf(segments);
    }

    /** The last one. */
    public ScriptedSegment last() {
        return segments.getLast();
    }

    /** SYN, SYN-ACK, ACK. */
    public Conversation open(long micros) {
        syn(micros);
        send(micros + STEP_MICROS, false, SYN | ACK, 0);
        return ack(micros + 2 * STEP_MICROS, true);
    }

    public Conversation syn(long micros) {
        return send(micros, true, SYN, 0);
    }

    /** Data and its acknowledgement. */
    public Conversation data(long micros, boolean fromClient, int bytes) {
        send(micros, fromClient, ACK, Math.max(LEAST_DATA, bytes));
        return ack(micros + STEP_MICROS, !fromClient);
    }

    public Conversation ack(long micros, boolean fromClient) {
        return send(micros, fromClient, ACK, 0);
    }

    public Conversation fin(long micros, boolean fromClient) {
        return send(micros, fromClient, FIN | ACK, 0);
    }

    /** Both ends' FINs, neither of which knows of the other. */
    public Conversation crossingFins(long micros) {
        int clientSequence = clientNext;
        fin(micros, true);
        int behindFin = clientNext;
        clientNext = clientSequence;
        fin(micros + 1, false);
        clientNext = behindFin;
        return this;
    }

    public Conversation rst(long micros, boolean fromClient) {
        return send(micros, fromClient, RST | ACK, 0);
    }

    /** FIN, FIN of the other end, ACK: closed two steps later. */
    public Conversation close(long micros, boolean clientFirst) {
        fin(micros, clientFirst);
        fin(micros + STEP_MICROS, !clientFirst);
        return ack(micros + 2 * STEP_MICROS, clientFirst);
    }

    /** An exact copy of an earlier segment, from the end: 0 is the last one. */
    public Conversation repeat(long micros, int backwards) {
        segments.add(segments.get(segments.size() - 1 - backwards).at(micros));
        return this;
    }

    /** An exact copy of an earlier segment, from the beginning: 0 is the first SYN. */
    public Conversation repeatFirst(long micros, int forwards) {
        segments.add(segments.get(forwards).at(micros));
        return this;
    }

    private Conversation send(long micros, boolean fromClient, int flags, int payloadBytes) {
        int sequence = fromClient ? clientNext : serverNext;
        int acknowledgement = (flags & ACK) == 0 ? 0 : fromClient ? serverNext : clientNext;
        segments.add(new ScriptedSegment(
                micros,
                fromClient ? client : server,
                fromClient ? server : client,
                sequence,
                acknowledgement,
                flags,
                payloadBytes));
        int next = sequence + payloadBytes + (flags & FIN) + ((flags & SYN) >> 1);
        if (fromClient) {
            clientNext = next;
        } else {
            serverNext = next;
        }
        return this;
    }
}
