package dev.tidewait.linux;

import static dev.tidewait.linux.DiagRequest.BYTE;
import static dev.tidewait.linux.DiagRequest.INT;
import static dev.tidewait.linux.DiagRequest.INT_BE;
import static dev.tidewait.linux.DiagRequest.LONG;
import static dev.tidewait.linux.DiagRequest.LONG_BE;
import static dev.tidewait.linux.DiagRequest.SHORT_BE;

import java.lang.foreign.MemorySegment;

/**
 * One socket in the kernel's answer (struct inet_diag_msg), read in place. One object is moved from socket to socket, so it is
 * valid only inside the call of {@link DiagVisitor#visit} that received it, on that thread.
 */
public final class DiagEntry {
    /** Bytes of struct inet_diag_msg. */
    static final int LENGTH = 72;

    /** Offset of struct inet_diag_sockid in it. */
    private static final int ID = 4;

    private final MemorySegment bytes;
    private long offset;

    DiagEntry(MemorySegment bytes) {
        this.bytes = bytes;
    }

    /** Moves to the inet_diag_msg at this offset of the receive buffer. */
    DiagEntry moveTo(long newOffset) {
        offset = newOffset;
        return this;
    }

    /** State; {@link TcpState#FIN_WAIT2} also for the small socket that waits for the peer's FIN. */
    public TcpState state() {
        return TcpState.of(bytes.get(BYTE, offset + 1));
    }

    /** Local port. */
    public int sourcePort() {
        return Short.toUnsignedInt(bytes.get(SHORT_BE, offset + 4));
    }

    /** Remote port; 0 for a listener. */
    public int destinationPort() {
        return Short.toUnsignedInt(bytes.get(SHORT_BE, offset + 6));
    }

    /** Upper 64 bits of the local address. */
    public long sourceHigh() {
        return high(8);
    }

    /** Lower 64 bits of the local address (mapped form for IPv4). */
    public long sourceLow() {
        return low(8);
    }

    /** Upper 64 bits of the remote address. */
    public long destinationHigh() {
        return high(24);
    }

    /** Lower 64 bits of the remote address (mapped form for IPv4). */
    public long destinationLow() {
        return low(24);
    }

    /** Index of the interface that the socket is bound to; 0 for none. */
    public int interfaceIndex() {
        return bytes.get(INT, offset + 40);
    }

    /** What SO_COOKIE of this socket gives. */
    public long cookie() {
        return bytes.get(LONG, offset + 44);
    }

    /** Time until the socket's timer fires, in milliseconds: for TIME_WAIT what is left of it. 0 without timer. */
    public long timerMillis() {
        return Integer.toUnsignedLong(bytes.get(INT, offset + 52));
    }

    /** User id of the owner; 0 for TIME_WAIT, which has no owner. */
    public int userId() {
        return bytes.get(INT, offset + 64);
    }

    /** Inode number of the socket file; 0 for TIME_WAIT and other sockets without file. */
    public long inode() {
        return Integer.toUnsignedLong(bytes.get(INT, offset + 68));
    }

    /** A copy of the four-tuple that outlives this entry. */
    public TcpTuple tuple() {
        return new TcpTuple(
                sourceHigh(), sourceLow(), sourcePort(), destinationHigh(), destinationLow(), destinationPort());
    }

    /** True if the kernel said TIME_WAIT and gave a cookie, so that {@link #timeWaitSocket()} has something to give. */
    public boolean isDestroyable() {
        return state() == TcpState.TIME_WAIT && cookie() != DiagRequest.ANY_COOKIE && cookie() != 0;
    }

    /**
     * The proof that this socket is in TIME_WAIT, which {@link SocketDiag#destroy(TimeWaitSocket)} wants. TIME_WAIT never
     * goes back, so the proof does not become wrong later; at worst the socket is gone.
     *
     * @throws IllegalStateException if {@link #isDestroyable()} is false
     */
    public TimeWaitSocket timeWaitSocket() {
        if (!isDestroyable()) {
            throw new IllegalStateException(tuple() + " is in " + state()
                    + ", not in TIME_WAIT; it must not be destroyed. Ask isDestroyable() first");
        }
        return new TimeWaitSocket(this);
    }

    /** AF_INET or AF_INET6. */
    byte family() {
        return bytes.get(BYTE, offset);
    }

    /** Copies the socket's id (struct inet_diag_sockid) as the kernel wrote it. */
    void copyId(MemorySegment to, long toOffset) {
        MemorySegment.copy(bytes, offset + ID, to, toOffset, TimeWaitTable.ID_LENGTH);
    }

    /** The entry is about exactly this four-tuple, not a listener that the kernel's search fell back to. */
    boolean isAbout(TcpTuple tuple) {
        return sourcePort() == tuple.sourcePort()
                && destinationPort() == tuple.destinationPort()
                && sourceLow() == tuple.sourceLow()
                && destinationLow() == tuple.destinationLow()
                && sourceHigh() == tuple.sourceHigh()
                && destinationHigh() == tuple.destinationHigh();
    }

    private boolean isIpv6() {
        return family() == LibC.AF_INET6;
    }

    private long high(long field) {
        return isIpv6() ? bytes.get(LONG_BE, offset + field) : 0;
    }

    private long low(long field) {
        return isIpv6() ? bytes.get(LONG_BE, offset + field + 8) : TcpTuple.mapped(bytes.get(INT_BE, offset + field));
    }
}
