package dev.tidewait.linux;

import static dev.tidewait.linux.DiagRequest.ANY_COOKIE;
import static dev.tidewait.linux.DiagRequest.NLM_F_ACK;
import static dev.tidewait.linux.DiagRequest.NLM_F_REQUEST;
import static dev.tidewait.linux.DiagRequest.SOCK_DESTROY;
import static dev.tidewait.linux.DiagRequest.SOCK_DIAG_BY_FAMILY;
import static dev.tidewait.linux.NetlinkSocket.HEADER_LENGTH;
import static dev.tidewait.linux.NetlinkSocket.NLMSG_ERROR;

import java.util.Arrays;
import java.util.List;

/**
 * Questions about TCP sockets to the kernel's sock_diag (netlink(7), sock_diag(7)), and the removal of TIME_WAIT sockets.
 *
 * <p>Owned by the thread that opened it; any other thread gets {@link WrongThreadException}. It speaks about the network
 * namespace which that thread was in when it opened it, also if the thread moves on.
 *
 * <p>Cost on Linux 6.18: an exact get or a destroy is one system call to ask and one to read, a few microseconds; a batch
 * destroys 64 sockets with two system calls. A dump walks the whole table of established connections, which all network
 * namespaces of the host share: 10 ms and more whatever it finds. Keep dumps off hot paths.
 *
 * <p>Hazard: the kernel's destroy obeys neither the states nor (by tuple) the socket that one meant. That is why
 * {@link #destroy(TimeWaitSocket)} takes nothing but a {@link TimeWaitSocket}, which only an answer of the kernel makes.
 */
public final class SocketDiag implements AutoCloseable {
    /** Destroys in one system call. */
    public static final int BATCH = 64;

    private static final int ENOENT = -2;
    private static final int EINVAL = -22;
    private static final int EOPNOTSUPP = -95;
    private static final int EBADMSG = -74;

    final NetlinkSocket netlink;
    private final DiagEntry entry;
    private int sequence;
    private boolean dumping;

    private SocketDiag(NetlinkSocket netlink) {
        this.netlink = netlink;
        entry = new DiagEntry(netlink.in);
    }

    /**
     * Opens sock_diag in the calling thread's network namespace and makes sure that it answers for TCP: a kernel without
     * tcp_diag says ENOENT to every question, which would look like "free".
     *
     * @throws LinuxException if the kernel offers no sock_diag for TCP, or refuses it
     */
    public static SocketDiag open() {
        SocketDiag diag = new SocketDiag(NetlinkSocket.openSockDiag(BATCH * DiagRequest.LENGTH));
        // No state at all: both tables are skipped, only the presence of the handlers is tested.
        if (diag.dump(new DumpFilter(0, 0, 65535, 0), ignored -> {}) instanceof Refused refused) {
            diag.close();
            throw new LinuxException("sock_diag does not answer for TCP", refused.errno(), refused.advice());
        }
        return diag;
    }

    /**
     * Looks a four-tuple up. Finds IPv4 connections of AF_INET and of AF_INET6 sockets alike, but none that are bound to an
     * interface (SO_BINDTODEVICE, link-local IPv6): for those see {@link #get(TcpTuple, int)}.
     *
     * @return {@link SocketAnswer.Free}, {@link TimeWaitSocket}, {@link SocketAnswer.Held} (also for a listener on the source
     *     port) or {@link Refused}
     */
    public SocketAnswer get(TcpTuple tuple) {
        return lookUp(tuple, 0, ANY_COOKIE);
    }

    /** {@link #get(TcpTuple)} for a socket bound to the interface of this index. */
    public SocketAnswer get(TcpTuple tuple, int interfaceIndex) {
        return lookUp(tuple, interfaceIndex, ANY_COOKIE);
    }

    /**
     * Asks for one very socket.
     *
     * @param cookie its SO_COOKIE, read right after connect (see {@link SocketCookie})
     * @return {@link SocketAnswer.Gone} (not {@code Free}: another socket may hold the four-tuple), {@link TimeWaitSocket},
     *     {@link SocketAnswer.Held} or {@link Refused}
     * @throws IllegalArgumentException if the cookie is 0, which no socket has, or -1, which the kernel reads as "any"
     */
    public SocketAnswer getWithCookie(TcpTuple tuple, long cookie) {
        if (cookie == 0 || cookie == ANY_COOKIE) {
            throw new IllegalArgumentException("cookie " + cookie + " names no socket");
        }
        return lookUp(tuple, 0, cookie);
    }

    private SocketAnswer lookUp(TcpTuple tuple, int interfaceIndex, long cookie) {
        short flags = NLM_F_REQUEST;
        DiagRequest.writeExact(
                netlink.out, 0, SOCK_DIAG_BY_FAMILY, flags, nextSequence(), tuple, interfaceIndex, cookie);
        int result = exchange(DiagRequest.LENGTH);
        if (result == ENOENT) {
            return cookie == ANY_COOKIE ? SocketAnswer.Free.INSTANCE : SocketAnswer.Gone.INSTANCE;
        }
        if (result < 0) {
            return Refused.because(Errno.ofResult(result));
        }
        entry.moveTo(HEADER_LENGTH);
        if (entry.isDestroyable() && entry.isAbout(tuple)) {
            return entry.timeWaitSocket();
        }
        return new SocketAnswer.Held(tuple, entry.state(), entry.cookie(), entry.timerMillis());
    }

    /**
     * Visits every socket that the filter lets through: IPv4 first, then IPv6 including IPv4-mapped ones.
     *
     * @throws IllegalStateException if called from inside a visit
     */
    public DumpAnswer dump(DumpFilter filter, DiagVisitor visitor) {
        int visited = 0;
        for (int family : new int[] {LibC.AF_INET, LibC.AF_INET6}) {
            int result = dumpFamily(family, filter, visitor);
            if (result < 0) {
                return Refused.because(Errno.ofResult(result));
            }
            visited += result;
        }
        return new DumpAnswer.Complete(visited);
    }

    /**
     * The same with one walk of the kernel's table instead of two, so at half the cost; IPv4 and IPv6 come mixed.
     *
     * @throws IllegalStateException if called from inside a visit
     */
    public DumpAnswer dumpBothAtOnce(DumpFilter filter, DiagVisitor visitor) {
        DiagRequest.writeDumpOfBoth(netlink.out, nextSequence(), filter);
        int result = dumpWritten(DiagRequest.DUMP_OF_BOTH_LENGTH, visitor);
        if (result == EINVAL || result == ENOENT || result == EOPNOTSUPP) {
            return dump(filter, visitor); // a kernel without the old request has shown nothing
        }
        return result < 0 ? Refused.because(Errno.ofResult(result)) : new DumpAnswer.Complete(result);
    }

    private int dumpFamily(int family, DumpFilter filter, DiagVisitor visitor) {
        DiagRequest.writeDump(netlink.out, nextSequence(), family, filter);
        return dumpWritten(DiagRequest.DUMP_LENGTH, visitor);
    }

    private int dumpWritten(int lengthBytes, DiagVisitor visitor) {
        int sent = netlink.send(lengthBytes);
        if (sent < 0) {
            return sent;
        }
        DumpReader reader = new DumpReader(netlink, entry, sequence, visitor);
        dumping = true;
        try {
            return reader.readToEnd();
        } finally {
            dumping = false;
        }
    }

    /**
     * Removes a TIME_WAIT socket. Nothing is sent to the peer. Needs CAP_NET_ADMIN and Linux 6.0.
     *
     * @throws IllegalStateException if called from inside a visit
     */
    public DestroyOutcome destroy(TimeWaitSocket socket) {
        short flags = NLM_F_REQUEST | NLM_F_ACK;
        writeDestroy(0, flags, nextSequence(), socket);
        return DestroyOutcome.ofResult(exchange(DiagRequest.LENGTH));
    }

    /**
     * Removes many TIME_WAIT sockets, 64 per system call.
     *
     * @return one outcome per socket, in the order of {@code sockets}
     * @throws IllegalStateException if called from inside a visit
     */
    public List<DestroyOutcome> destroy(List<TimeWaitSocket> sockets) {
        DestroyOutcome[] outcomes = new DestroyOutcome[sockets.size()];
        for (int first = 0; first < outcomes.length; first += BATCH) {
            int end = Math.min(first + BATCH, outcomes.length);
            if (!destroyBatch(sockets, first, end, outcomes)) {
                // The kernel could not queue an error for us (ENOBUFS). Asking again is harmless: done is "already
                // gone".
                for (int i = first; i < end; i++) {
                    outcomes[i] = destroy(sockets.get(i));
                }
            }
        }
        return List.of(outcomes);
    }

    /** False if it is not known what became of the batch. */
    private boolean destroyBatch(List<TimeWaitSocket> sockets, int first, int end, DestroyOutcome[] outcomes) {
        int firstSequence = sequence + 1;
        for (int i = first; i < end; i++) {
            writeDestroy(
                    (long) (i - first) * DiagRequest.LENGTH,
                    flagsInBatch(i == end - 1),
                    nextSequence(),
                    sockets.get(i));
        }
        if (netlink.send((end - first) * DiagRequest.LENGTH) < 0) {
            return false;
        }
        Arrays.fill(outcomes, first, end, DestroyOutcome.Destroyed.INSTANCE);
        return readBatch(firstSequence, (index, result) -> outcomes[first + index] = DestroyOutcome.ofResult(result));
    }

    /**
     * Removes the TIME_WAIT sockets in some rows of a table, 64 per system call. What became of each is then in
     * {@link TimeWaitTable#outcome}.
     *
     * @param rows which, in this order
     * @param from index of the first in {@code rows}
     * @param to index behind the last
     * @throws IllegalStateException if called from inside a visit
     */
    public void destroy(TimeWaitTable table, int[] rows, int from, int to) {
        for (int first = from; first < to; first += BATCH) {
            int end = Math.min(first + BATCH, to);
            if (!destroyBatch(table, rows, first, end)) {
                for (int i = first; i < end; i++) {
                    short flags = NLM_F_REQUEST | NLM_F_ACK;
                    DiagRequest.writeRow(netlink.out, 0, SOCK_DESTROY, flags, nextSequence(), table, rows[i]);
                    table.setResult(rows[i], exchange(DiagRequest.LENGTH));
                }
            }
        }
    }

    private boolean destroyBatch(TimeWaitTable table, int[] rows, int first, int end) {
        int firstSequence = sequence + 1;
        for (int i = first; i < end; i++) {
            DiagRequest.writeRow(
                    netlink.out,
                    (long) (i - first) * DiagRequest.LENGTH,
                    SOCK_DESTROY,
                    flagsInBatch(i == end - 1),
                    nextSequence(),
                    table,
                    rows[i]);
        }
        if (netlink.send((end - first) * DiagRequest.LENGTH) < 0) {
            return false;
        }
        for (int i = first; i < end; i++) {
            table.setResult(rows[i], 0);
        }
        return readBatch(firstSequence, (index, result) -> table.setResult(rows[first + index], result));
    }

    /** Only the last of a batch is acknowledged; the kernel reports errors of the others all the same. */
    private static short flagsInBatch(boolean last) {
        return last ? NLM_F_REQUEST | NLM_F_ACK : NLM_F_REQUEST;
    }

    /** Receives the errors of the batch that ends with {@link #sequence}; false if some may be lost. */
    private boolean readBatch(int firstSequence, BatchResults results) {
        int count = sequence - firstSequence + 1;
        int answeredSequence;
        do {
            int received = netlink.receive();
            if (received < HEADER_LENGTH + Integer.BYTES) {
                return false;
            }
            answeredSequence = netlink.sequence(0);
            int index = answeredSequence - firstSequence;
            if (index >= 0 && index < count) {
                results.set(index, netlink.error(0));
            }
        } while (answeredSequence != sequence);
        return true;
    }

    /** Takes 0 or minus errno for one message of a batch. */
    @FunctionalInterface
    private interface BatchResults {
        void set(int index, int result);
    }

    private void writeDestroy(long offset, short flags, int number, TimeWaitSocket socket) {
        DiagRequest.writeExact(
                netlink.out,
                offset,
                SOCK_DESTROY,
                flags,
                number,
                socket.tuple(),
                socket.interfaceIndex(),
                socket.cookie());
    }

    /** Sends one request and receives its answer; 0 or the length if it is a socket or an acknowledgement, else minus errno. */
    private int exchange(int lengthBytes) {
        int sent = netlink.send(lengthBytes);
        if (sent < 0) {
            return sent;
        }
        while (true) {
            int received = netlink.receive();
            if (received < 0) {
                return received;
            }
            if (netlink.sequence(0) != sequence) {
                continue; // a late answer to a request that was given up
            }
            if (netlink.type(0) == NLMSG_ERROR) {
                return netlink.error(0);
            }
            return received >= HEADER_LENGTH + DiagEntry.LENGTH ? received : EBADMSG;
        }
    }

    private int nextSequence() {
        if (dumping) {
            throw new IllegalStateException(
                    "a dump is running on this SocketDiag; collect what you need and ask afterwards");
        }
        return ++sequence;
    }

    /** Closes the netlink socket. Must be the owning thread; a second close throws {@link IllegalStateException}. */
    @Override
    public void close() {
        netlink.close();
    }
}
