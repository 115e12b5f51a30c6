package dev.tidewait.linux;

import static dev.tidewait.linux.DiagRequest.BYTE;
import static dev.tidewait.linux.DiagRequest.INT;
import static dev.tidewait.linux.DiagRequest.LONG;
import static dev.tidewait.linux.DiagRequest.SHORT;
import static dev.tidewait.linux.NetlinkSocket.HEADER_LENGTH;

import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;

/**
 * Whose a unix socket is, by sock_diag (struct unix_diag_req, include/uapi/linux/unix_diag.h), which needs no rights. Owned by the thread that opened it,
 * about the network namespace which that thread was in.
 *
 * <pre>
 * 16 u8 family   17 u8 protocol   18 u16 -   20 u32 states   24 u32 inode   28 u32 what to show   32 u32 cookie[2]   40 end
 * </pre>
 */
public final class UnixDiag implements AutoCloseable {
    private static final int LENGTH = 40;

    /** Bytes of struct unix_diag_msg, behind which the attributes are. */
    private static final int ANSWER_LENGTH = 16;

    private static final int SHOW_UID = 0x40;
    private static final short UNIX_DIAG_UID = 7;
    private static final int ATTRIBUTE_HEADER = 4;

    private final NetlinkSocket netlink;
    private int sequence;

    private UnixDiag(NetlinkSocket netlink) {
        this.netlink = netlink;
    }

    /** @throws LinuxException if there is no sock_diag */
    public static UnixDiag open() {
        return new UnixDiag(NetlinkSocket.openSockDiag(LENGTH));
    }

    /**
     * The user who made the socket.
     *
     * @param inode as in /proc/net/unix
     * @return empty if there is no such socket (any more), or the kernel does not tell (before Linux 5.3, without unix_diag)
     */
    public OptionalInt userOf(int inode) {
        MemorySegment out = netlink.out;
        out.fill((byte) 0);
        out.set(INT, 0, LENGTH);
        out.set(SHORT, 4, DiagRequest.SOCK_DIAG_BY_FAMILY);
        out.set(SHORT, 6, DiagRequest.NLM_F_REQUEST);
        out.set(INT, 8, ++sequence);
        out.set(BYTE, HEADER_LENGTH, (byte) LibC.AF_UNIX);
        out.set(INT, 20, -1);
        out.set(INT, 24, inode);
        out.set(INT, 28, SHOW_UID);
        out.set(LONG, 32, DiagRequest.ANY_COOKIE);
        if (netlink.send(LENGTH) < 0) {
            return OptionalInt.empty();
        }
        int received;
        do {
            received = netlink.receive();
        } while (received >= HEADER_LENGTH && netlink.sequence(0) != sequence);
        return received < HEADER_LENGTH + ANSWER_LENGTH || netlink.type(0) == NetlinkSocket.NLMSG_ERROR
                ? OptionalInt.empty()
                : user(received);
    }

    private OptionalInt user(int received) {
        MemorySegment in = netlink.in;
        int at = HEADER_LENGTH + ANSWER_LENGTH;
        while (at + ATTRIBUTE_HEADER + Integer.BYTES <= received) {
            int length = Short.toUnsignedInt(in.get(SHORT, at));
            if (in.get(SHORT, at + 2) == UNIX_DIAG_UID) {
                return OptionalInt.of(in.get(INT, at + ATTRIBUTE_HEADER));
            }
            at += Math.max(ATTRIBUTE_HEADER, (length + 3) & ~3);
        }
        return OptionalInt.empty();
    }

    @Override
    public void close() {
        netlink.close();
    }
}
