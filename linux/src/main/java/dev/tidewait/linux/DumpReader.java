package dev.tidewait.linux;

import static dev.tidewait.linux.NetlinkSocket.HEADER_LENGTH;
import static dev.tidewait.linux.NetlinkSocket.NLMSG_DONE;
import static dev.tidewait.linux.NetlinkSocket.NLMSG_ERROR;

import org.jspecify.annotations.Nullable;

/**
 * Reads the answer to one dump request and shows each socket to the visitor. If the visitor throws, the rest is read without
 * it, because the kernel answers no other dump on this socket before; then the exception goes on its way. Owned by the thread
 * of the {@link SocketDiag}, used once.
 */
final class DumpReader {
    private final NetlinkSocket netlink;
    private final DiagEntry entry;
    private final int sequence;
    private final DiagVisitor visitor;
    private boolean ended;
    private int error;
    private int visited;
    private @Nullable RuntimeException failure;
    private @Nullable Error severeFailure;

    DumpReader(NetlinkSocket netlink, DiagEntry entry, int sequence, DiagVisitor visitor) {
        this.netlink = netlink;
        this.entry = entry;
        this.sequence = sequence;
        this.visitor = visitor;
    }

    /** The number of sockets visited, or minus errno. */
    int readToEnd() {
        while (!ended) {
            int received = netlink.receive();
            if (received < 0) {
                return received;
            }
            for (int offset = 0; offset + HEADER_LENGTH <= received; offset = netlink.next(offset, received)) {
                if (netlink.sequence(offset) == sequence) {
                    accept(offset);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
        if (severeFailure != null) {
            throw severeFailure;
        }
        return error < 0 ? error : visited;
    }

    private void accept(int offset) {
        short type = netlink.type(offset);
        if (type == NLMSG_DONE || type == NLMSG_ERROR) {
            ended = true;
            error = netlink.error(offset);
        } else if (isSocket(type) && failure == null && severeFailure == null) {
            visited++;
            visit(offset + HEADER_LENGTH);
        }
    }

    /** An answer has the type of its request. */
    private static boolean isSocket(short type) {
        return type == DiagRequest.SOCK_DIAG_BY_FAMILY || type == DiagRequest.TCPDIAG_GETSOCK;
    }

    private void visit(int offset) {
        try {
            visitor.visit(entry.moveTo(offset));
        } catch (RuntimeException e) {
            failure = e;
        } catch (Error e) {
            severeFailure = e;
        }
    }
}
