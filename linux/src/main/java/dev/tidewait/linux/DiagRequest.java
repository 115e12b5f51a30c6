package dev.tidewait.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Writes sock_diag requests (struct nlmsghdr and inet_diag_req_v2, include/uapi/linux/inet_diag.h) into a buffer. Stateless.
 *
 * <pre>
 *  0 u32 length   4 u16 type   6 u16 flags   8 u32 sequence   12 u32 port id
 * 16 u8 family   17 u8 protocol   18 u8 extensions   19 u8 -   20 u32 states
 * 24 be16 source port   26 be16 destination port   28 source[16]   44 destination[16]
 * 60 u32 interface   64 u64 cookie   72 end, or one attribute with the filter program
 * </pre>
 */
final class DiagRequest {
    static final int LENGTH = 72;
    static final int DUMP_LENGTH = LENGTH + 4 + 16;

    static final int DUMP_OF_BOTH_LENGTH = 76 + 4 + 16;

    /** The request from before SOCK_DIAG_BY_FAMILY. It knows no families, so one dump shows IPv4 and IPv6. */
    static final short TCPDIAG_GETSOCK = 18;

    static final short SOCK_DIAG_BY_FAMILY = 20;
    static final short SOCK_DESTROY = 21;

    static final short NLM_F_REQUEST = 0x1;
    static final short NLM_F_ACK = 0x4;
    static final short NLM_F_DUMP = 0x300;

    /** INET_DIAG_NOCOOKIE in both words: the kernel does not compare. */
    static final long ANY_COOKIE = -1;

    private static final short INET_DIAG_REQ_BYTECODE = 1;
    private static final byte OP_SOURCE_PORT_AT_LEAST = 2;
    private static final byte OP_SOURCE_PORT_AT_MOST = 3;

    static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    static final ValueLayout.OfShort SHORT_BE = SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfInt INT_BE = INT.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfLong LONG_BE = LONG.withOrder(ByteOrder.BIG_ENDIAN);

    private DiagRequest() {}

    /** One message of {@link #LENGTH} bytes about exactly one socket. */
    static void writeExact(
            MemorySegment to,
            long offset,
            short type,
            short flags,
            int sequence,
            TcpTuple tuple,
            int interfaceIndex,
            long cookie) {
        writeHeader(to, offset, LENGTH, type, flags, sequence, tuple.isIpv4() ? LibC.AF_INET : LibC.AF_INET6, -1);
        to.set(SHORT_BE, offset + 24, (short) tuple.sourcePort());
        to.set(SHORT_BE, offset + 26, (short) tuple.destinationPort());
        if (tuple.isIpv4()) {
            to.set(INT_BE, offset + 28, (int) tuple.sourceLow());
            to.set(INT_BE, offset + 44, (int) tuple.destinationLow());
        } else {
            to.set(LONG_BE, offset + 28, tuple.sourceHigh());
            to.set(LONG_BE, offset + 36, tuple.sourceLow());
            to.set(LONG_BE, offset + 44, tuple.destinationHigh());
            to.set(LONG_BE, offset + 52, tuple.destinationLow());
        }
        to.set(INT, offset + 60, interfaceIndex);
        to.set(LONG, offset + 64, cookie);
    }

    /** One message of {@link #LENGTH} bytes about a socket whose id the kernel wrote. */
    static void writeRow(
            MemorySegment to, long offset, short type, short flags, int sequence, TimeWaitTable table, int row) {
        writeHeader(to, offset, LENGTH, type, flags, sequence, table.family(row), -1);
        table.copyId(row, to, offset + 24);
    }

    /**
     * A dump request of {@link #DUMP_OF_BOTH_LENGTH} bytes for both families (struct inet_diag_req):
     *
     * <pre>
     * 16 u8 family   17 u8 -   18 u8 -   19 u8 extensions   20 be16 source port   22 be16 destination port
     * 24 source[16]   40 destination[16]   56 u32 interface   60 u64 cookie   68 u32 states   72 u32 -   76 end, or the filter
     * </pre>
     */
    static void writeDumpOfBoth(MemorySegment to, int sequence, DumpFilter filter) {
        short flags = NLM_F_REQUEST | NLM_F_DUMP;
        to.asSlice(0, 76).fill((byte) 0);
        to.set(INT, 0, DUMP_OF_BOTH_LENGTH);
        to.set(SHORT, 4, TCPDIAG_GETSOCK);
        to.set(SHORT, 6, flags);
        to.set(INT, 8, sequence);
        to.set(SHORT_BE, 22, (short) filter.destinationPort());
        to.set(LONG, 60, ANY_COOKIE);
        to.set(INT, 68, filter.statesMask());
        writeFilter(to, 76, filter);
    }

    /** A dump request of {@link #DUMP_LENGTH} bytes. */
    static void writeDump(MemorySegment to, int sequence, int family, DumpFilter filter) {
        short flags = NLM_F_REQUEST | NLM_F_DUMP;
        writeHeader(to, 0, DUMP_LENGTH, SOCK_DIAG_BY_FAMILY, flags, sequence, family, filter.statesMask());
        to.set(SHORT_BE, 26, (short) filter.destinationPort());
        to.set(LONG, 64, ANY_COOKIE);
        writeFilter(to, LENGTH, filter);
    }

    /** The attribute with the filter program: 20 bytes. */
    private static void writeFilter(MemorySegment to, long offset, DumpFilter filter) {
        to.set(SHORT, offset, (short) 20);
        to.set(SHORT, offset + 2, INET_DIAG_REQ_BYTECODE);
        // Each comparison is two operations of 4 bytes {code, jump if true, jump if false}; the second one's last field
        // is the port. A jump 4 bytes past the end means "does not match".
        writeOperation(to, offset + 4, OP_SOURCE_PORT_AT_LEAST, (byte) 8, (short) 20);
        writeOperation(to, offset + 8, (byte) 0, (byte) 0, (short) filter.lowestPort());
        writeOperation(to, offset + 12, OP_SOURCE_PORT_AT_MOST, (byte) 8, (short) 12);
        writeOperation(to, offset + 16, (byte) 0, (byte) 0, (short) filter.highestPort());
    }

    private static void writeHeader(
            MemorySegment to, long offset, int length, short type, short flags, int sequence, int family, int states) {
        to.asSlice(offset, LENGTH).fill((byte) 0);
        to.set(INT, offset, length);
        to.set(SHORT, offset + 4, type);
        to.set(SHORT, offset + 6, flags);
        to.set(INT, offset + 8, sequence);
        to.set(BYTE, offset + 16, (byte) family);
        to.set(BYTE, offset + 17, (byte) LibC.IPPROTO_TCP);
        to.set(INT, offset + 20, states);
    }

    private static void writeOperation(MemorySegment to, long offset, byte code, byte yes, short no) {
        to.set(BYTE, offset, code);
        to.set(BYTE, offset + 1, yes);
        to.set(SHORT, offset + 2, no);
    }
}
