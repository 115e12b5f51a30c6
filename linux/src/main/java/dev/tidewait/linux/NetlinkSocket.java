package dev.tidewait.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A netlink socket with its two buffers. Owned by the thread that opened it (its memory refuses any other). The kernel handles
 * a request inside send(), so an answer is there when send() returns; the receive time-out only guards against surprises.
 */
final class NetlinkSocket implements AutoCloseable {
    private static final int NETLINK_SOCK_DIAG = 4;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int RECEIVE_TIMEOUT_SECONDS = 2;
    /** The kernel fills at most 32 KiB per message of a dump. */
    private static final int RECEIVE_BYTES = 64 * 1024;

    private static final int EINTR = -4;
    private static final int EMSGSIZE = -90;

    private final Arena arena;
    private final int fd;
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
        return received > RECEIVE_BYTES ? EMSGSIZE : received;
    }

    @Override
    public void close() {
        arena.close(); // first: it refuses a second close and another thread's, before the number of the fd can be
        // reused
        LibC.close(fd);
    }
}
