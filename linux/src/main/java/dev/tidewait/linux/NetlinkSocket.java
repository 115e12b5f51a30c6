package dev.tidewait.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A netlink socket with its two buffers. Owned by the thread that opened it (its memory refuses any other). The kernel handles
 * a request inside send(), so an answer is there when send() returns; the receive time-out only guards against surprises.
 */
final class NetlinkSocket implements AutoCloseable {
    /** Bytes of struct nlmsghdr: u32 length, u16 type, u16 flags, u32 sequence, u32 port id. */
    static final int HEADER_LENGTH = 16;

    /** Type of an answer that is an error, or with error 0 an acknowledgement. */
    static final short NLMSG_ERROR = 2;

    /** Type of the end of a dump; carries an error as NLMSG_ERROR does. */
    static final short NLMSG_DONE = 3;

    private static final int NETLINK_SOCK_DIAG = 4;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int RECEIVE_TIMEOUT_SECONDS = 2;
    /** The kernel fills at most 32 KiB per message of a dump. */
    private static final int RECEIVE_BYTES = 64 * 1024;

    private static final int EINTR = -4;
    private static final int EMSGSIZE = -90;
    private static final int ENOBUFS = -105;

    private final Arena arena;
    final int fd;
    final MemorySegment out;
    final MemorySegment in;

    private NetlinkSocket(Arena arena, int fd, int sendBytes) {
        this.arena = arena;
        this.fd = fd;
        out = arena.allocate(sendBytes, 8);
        in = arena.allocate(RECEIVE_BYTES, 8);
    }

    @SuppressWarnings("MustBeClosedChecker") // the arena lives as long as this socket; close() closes it
    static NetlinkSocket openSockDiag(int sendBytes) {
        int fd = LibC.socket(LibC.AF_NETLINK, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
        if (fd < 0) {
            Errno errno = Errno.ofResult(fd);
            throw new LinuxException(
                    "cannot open a sock_diag socket",
                    errno,
                    Refused.because(errno).advice());
        }
        Arena arena = Arena.ofConfined();
        NetlinkSocket socket = new NetlinkSocket(arena, fd, sendBytes);
        socket.limitWaiting();
        // Acknowledgements without a copy of the request; only an economy, so a kernel without it (before 4.3) may
        // refuse.
        LibC.setIntOption(fd, SOL_NETLINK, NETLINK_CAP_ACK, 1);
        return socket;
    }

    private void limitWaiting() {
        MemorySegment timeval = arena.allocate(16, 8);
        timeval.set(DiagRequest.LONG, 0, RECEIVE_TIMEOUT_SECONDS);
        int result = LibC.setsockopt(fd, LibC.SOL_SOCKET, LibC.SO_RCVTIMEO, timeval, 16);
        if (result < 0) {
            close();
            throw new LinuxException(
                    "cannot set a time-out on the sock_diag socket", Errno.ofResult(result), "Report this.");
        }
    }

    /** Sends the first bytes of {@link #out}; 0 or minus errno. */
    int send(int lengthBytes) {
        int sent;
        do {
            sent = LibC.send(fd, out, lengthBytes, 0);
        } while (sent == EINTR);
        return Math.min(sent, 0);
    }

    /** Receives into {@link #in}; the length or minus errno. */
    int receive() {
        int received;
        do {
            received = LibC.recv(fd, in, RECEIVE_BYTES, LibC.MSG_TRUNC);
        } while (received == EINTR);
        if (received < 0) {
            discardQueued();
        }
        return received > RECEIVE_BYTES ? EMSGSIZE : received;
    }

    /**
     * Empties the receive queue. After ENOBUFS (the kernel had more to say than fits) it is full of answers to requests that
     * are given up, and the answer to the next request would be lost too.
     */
    private void discardQueued() {
        int received;
        do {
            received = LibC.recv(fd, in, RECEIVE_BYTES, LibC.MSG_DONTWAIT);
        } while (received >= 0 || received == EINTR || received == ENOBUFS);
    }

    /** Type of the received message at this offset. */
    short type(int offset) {
        return in.get(DiagRequest.SHORT, offset + 4);
    }

    /** Sequence number of the request that the received message at this offset answers. */
    int sequence(int offset) {
        return in.get(DiagRequest.INT, offset + 8);
    }

    /** 0 or minus errno of the received {@link #NLMSG_ERROR} or {@link #NLMSG_DONE} at this offset. */
    int error(int offset) {
        return Math.min(in.get(DiagRequest.INT, offset + HEADER_LENGTH), 0);
    }

    /** Offset of the message after the one at this offset; may lie at or behind the end. */
    int next(int offset, int receivedBytes) {
        int length = in.get(DiagRequest.INT, offset);
        return length < HEADER_LENGTH ? receivedBytes : offset + ((length + 3) & ~3);
    }

    @Override
    public void close() {
        arena.close(); // first: it refuses a second close and another thread's, before the number of the fd can be
        // reused
        LibC.close(fd);
    }
}
