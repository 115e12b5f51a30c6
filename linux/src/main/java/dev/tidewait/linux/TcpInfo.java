package dev.tidewait.linux;

import static dev.tidewait.linux.DiagRequest.BYTE;
import static dev.tidewait.linux.DiagRequest.INT;
import static dev.tidewait.linux.DiagRequest.LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/**
 * TCP_INFO of a connection (tcp(7), struct tcp_info in include/uapi/linux/tcp.h). One object is filled again and again, so
 * that reading allocates nothing. Owned by one thread at a time.
 *
 * <pre>{@code
 * TcpInfo info = new TcpInfo();
 * if (info.read(fd).isNone() && info.hasTimestamps()) { ... info.srttMicros() ... }
 * }</pre>
 *
 * <p>Its memory is kept for the life of the process: make one for each thread, not for each connection.
 *
 * <p>Still good after both ends have closed, as long as the descriptor is open. A figure that this kernel does not know is
 * {@link #UNKNOWN}.
 */
public final class TcpInfo {
    /** The kernel is too old to tell, or nothing has been read yet. */
    public static final long UNKNOWN = -1;

    private static final int CAPACITY = 512;
    private static final int STATE_AT = 0;
    private static final int OPTIONS_AT = 5;
    private static final int OPTION_TIMESTAMPS = 1;
    private static final int OPTION_SACK = 2;

    private final MemorySegment info = Arena.global().allocate(CAPACITY, 8);
    private final MemorySegment length = Arena.global().allocate(4, 4);

    /** An object that knows nothing yet. */
    public TcpInfo() {}

    /**
     * Fills this object.
     *
     * @param fd file descriptor of a TCP socket
     * @return {@link Errno#NONE}, or why not: EBADF, ENOTSOCK, EOPNOTSUPP or ENOPROTOOPT (not TCP); then nothing is known
     */
    public Errno read(int fd) {
        length.set(INT, 0, CAPACITY);
        int result = LibC.getsockopt(fd, LibC.IPPROTO_TCP, LibC.TCP_INFO, info, length);
        if (result < 0) {
            length.set(INT, 0, 0);
        }
        return Errno.ofResult(result);
    }

    /**
     * The first eight bytes, for {@link #stateIn} and {@link #timestampsIn}; any thread.
     *
     * @param fd file descriptor of a TCP socket
     * @return {@link #UNKNOWN} if it is not one
     */
    public static long glance(int fd) {
        int result = LibC.getShortOption(fd, LibC.IPPROTO_TCP, LibC.TCP_INFO, Long.BYTES);
        return result < 0 ? UNKNOWN : LibC.shortOption();
    }

    /** State of the socket; {@link TcpState#UNKNOWN} if there was nothing to be seen. */
    public static TcpState stateIn(long glance) {
        return glance == UNKNOWN ? TcpState.UNKNOWN : TcpState.of((int) byteOf(glance, STATE_AT));
    }

    /** {@link #hasTimestamps} of a {@link #glance}; false if there was nothing to be seen. */
    public static boolean timestampsIn(long glance) {
        return glance != UNKNOWN && (byteOf(glance, OPTIONS_AT) & OPTION_TIMESTAMPS) != 0;
    }

    private static long byteOf(long glance, int at) {
        boolean lowFirst = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        return glance >>> (lowFirst ? 8 * at : 56 - 8 * at) & 0xff;
    }

    /** State of the socket; {@link TcpState#UNKNOWN} before the first read. */
    public TcpState state() {
        return TcpState.of((int) unsignedByte(STATE_AT));
    }

    /** Both ends agreed on timestamps (RFC 7323), so connect() can take this connection's TIME_WAIT over. */
    public boolean hasTimestamps() {
        return isKnown(OPTIONS_AT, 1) && (unsignedByte(OPTIONS_AT) & OPTION_TIMESTAMPS) != 0;
    }

    /** Both ends agreed on selective acknowledgements (RFC 2018). */
    public boolean hasSelectiveAcknowledgements() {
        return isKnown(OPTIONS_AT, 1) && (unsignedByte(OPTIONS_AT) & OPTION_SACK) != 0;
    }

    /** Consecutive retransmission time-outs without an answer. */
    public long timeoutsInARow() {
        return unsignedByte(2);
    }

    /** Retransmission time-out, microseconds. */
    public long rtoMicros() {
        return unsignedInt(8);
    }

    /** Maximum segment size for sending, bytes. */
    public long sendMssBytes() {
        return unsignedInt(16);
    }

    /** Segments sent and not yet acknowledged, FIN and SYN included. */
    public long unackedSegments() {
        return unsignedInt(24);
    }

    /** Segments considered lost. */
    public long lostSegments() {
        return unsignedInt(32);
    }

    /** Time since the last data segment was sent, milliseconds. */
    public long sinceLastDataSentMillis() {
        return unsignedInt(44);
    }

    /** Time since the last data segment was received, milliseconds. */
    public long sinceLastDataReceivedMillis() {
        return unsignedInt(52);
    }

    /** Time since the last acknowledgement was received, milliseconds. */
    public long sinceLastAckReceivedMillis() {
        return unsignedInt(56);
    }

    /** Smoothed round-trip time, microseconds. */
    public long srttMicros() {
        return unsignedInt(68);
    }

    /** Mean deviation of the round-trip time, microseconds. */
    public long rttVarianceMicros() {
        return unsignedInt(72);
    }

    /** Retransmitted segments since the beginning, SYN included. */
    public long totalRetransmittedSegments() {
        return unsignedInt(100);
    }

    /** Bytes of data acknowledged by the peer (Linux 4.1); the SYN and the FIN count 1 each. */
    public long bytesAcked() {
        return value(120);
    }

    /** Bytes of data received in order (Linux 4.1); the FIN counts 1. */
    public long bytesReceived() {
        return value(128);
    }

    /** Segments sent, acknowledgements included (Linux 4.2). */
    public long segmentsSent() {
        return unsignedInt(136);
    }

    /** Segments received (Linux 4.2). */
    public long segmentsReceived() {
        return unsignedInt(140);
    }

    /** Bytes written by the program that have not been sent once (Linux 4.6). */
    public long notSentBytes() {
        return unsignedInt(144);
    }

    /** Smallest round-trip time seen, microseconds (Linux 4.6). */
    public long minRttMicros() {
        return unsignedInt(148);
    }

    /** Segments with data sent (Linux 4.6). */
    public long dataSegmentsSent() {
        return unsignedInt(156);
    }

    /** Bytes of data sent, retransmissions included (Linux 4.19). */
    public long bytesSent() {
        return value(200);
    }

    /** Bytes of data retransmitted (Linux 4.19). */
    public long bytesRetransmitted() {
        return value(208);
    }

    /** Duplicates that the peer reported with D-SACK (RFC 2883): copies that were not needed, or were made on the way (4.19). */
    public long duplicatesReported() {
        return unsignedInt(216);
    }

    /** Times that the peer's acknowledgements showed reordering (Linux 4.19). */
    public long reorderingsSeen() {
        return unsignedInt(220);
    }

    private boolean isKnown(int offset, int bytes) {
        return length.get(INT, 0) >= offset + bytes;
    }

    private long unsignedByte(int offset) {
        return isKnown(offset, 1) ? Byte.toUnsignedInt(info.get(BYTE, offset)) : UNKNOWN;
    }

    private long unsignedInt(int offset) {
        return isKnown(offset, 4) ? Integer.toUnsignedLong(info.get(INT, offset)) : UNKNOWN;
    }

    private long value(int offset) {
        return isKnown(offset, 8) ? info.get(LONG, offset) : UNKNOWN;
    }
}
