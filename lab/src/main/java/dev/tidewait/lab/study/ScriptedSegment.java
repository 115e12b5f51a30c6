package dev.tidewait.lab.study;

import java.net.InetSocketAddress;

/**
 * One segment of a script. Immutable.
 *
 * @param micros since the script's beginning
 * @param flags the lowest eight of the TCP header
 */
public record ScriptedSegment(
        long micros,
        InetSocketAddress source,
        InetSocketAddress destination,
        int sequence,
        int acknowledgement,
        int flags,
        int payloadBytes) {
    public static final int FIN = 0x01;
    public static final int SYN = 0x02;
    public static final int RST = 0x04;
    public static final int ACK = 0x10;

    /** The same segment again. */
    public ScriptedSegment at(long otherMicros) {
        return new ScriptedSegment(otherMicros, source, destination, sequence, acknowledgement, flags, payloadBytes);
    }
}
