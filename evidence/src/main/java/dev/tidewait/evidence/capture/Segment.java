package dev.tidewait.evidence.capture;

/**
 * What the headers of one TCP segment say. Its owner lets it be filled again and again. Owned by one thread.
 *
 * <p>An address is two longs; an IPv4 address is written as IPv6 does (RFC 4291 section 2.5.5.2).
 */
public final class Segment {
    /** RFC 9293 section 3.1. */
    public static final int FIN = 0x01;

    public static final int SYN = 0x02;
    public static final int RST = 0x04;
    public static final int ACK = 0x10;

    private static final long V4_MAPPED = 0xffffL << 32;

    private long timeNanos;
    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;
    private int ports;
    private int sequence;
    private int acknowledgement;
    private int flags;
    private int payloadBytes;

    void setAddresses4(int source, int destination) {
        sourceHigh = 0;
        sourceLow = V4_MAPPED | Integer.toUnsignedLong(source);
        destinationHigh = 0;
        destinationLow = V4_MAPPED | Integer.toUnsignedLong(destination);
    }

    /** The two halves of each address. */
    public void setAddresses(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow) {
        this.sourceHigh = sourceHigh;
        this.sourceLow = sourceLow;
        this.destinationHigh = destinationHigh;
        this.destinationLow = destinationLow;
    }

    /**
     * The header.
     *
     * @param ports the source's in the upper half
     * @param flags the lowest eight
     * @param payloadBytes by the IP header, also where they were not captured
     */
    public void setHeader(int ports, int sequence, int acknowledgement, int flags, int payloadBytes) {
        this.ports = ports;
        this.sequence = sequence;
        this.acknowledgement = acknowledgement;
        this.flags = flags;
        this.payloadBytes = payloadBytes;
    }

    /** @param timeNanos since any fixed moment */
    public void setTimeNanos(long timeNanos) {
        this.timeNanos = timeNanos;
    }

    public long timeNanos() {
        return timeNanos;
    }

    public long sourceHigh() {
        return sourceHigh;
    }

    public long sourceLow() {
        return sourceLow;
    }

    public long destinationHigh() {
        return destinationHigh;
    }

    public long destinationLow() {
        return destinationLow;
    }

    /** The source's port in the upper half, the destination's in the lower. */
    public int ports() {
        return ports;
    }

    public int sequence() {
        return sequence;
    }

    public int acknowledgement() {
        return acknowledgement;
    }

    public int flags() {
        return flags;
    }

    /** Whether all these flags are set. */
    public boolean has(int mask) {
        return (flags & mask) == mask;
    }

    public int payloadBytes() {
        return payloadBytes;
    }

    /** Sequence number behind the segment: SYN and FIN count as one each. */
    public int endSequence() {
        return sequence + payloadBytes + (flags & FIN) + ((flags & SYN) >> 1);
    }
}
