package dev.tidewait.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Copies of the beginnings of the IP packets that pass a network device in either direction (packet(7)), chosen by a {@link PortSample}; the kernel
 * writes them into memory that it shares with this process, so that a packet costs no system call. Owned by one thread.
 *
 * <p>A cursor: {@link #next} goes to the next packet, which the other methods then tell about. Needs CAP_NET_RAW.
 */
public final class PacketTap implements AutoCloseable {
    /** The kernel hands over what it has after so long at the latest. */
    public static final int HANDED_OVER_MILLIS = 50;

    private static final int AF_PACKET = 17;
    /** Packets begin with their network header, whatever the link is. */
    private static final int SOCK_DGRAM = 2;

    private static final int ETH_P_ALL = 3;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_RX_RING = 5;
    private static final int PACKET_STATISTICS = 6;
    private static final int PACKET_VERSION = 10;
    private static final int TPACKET_V3 = 2;
    private static final int SO_ATTACH_FILTER = 26;

    // struct tpacket_req3: sizes and numbers of blocks and frames, time-out of a block in ms, private bytes, features
    private static final int REQUEST_BYTES = 28;
    private static final int BLOCK_BYTES = 1 << 18;
    /** 8 MB: some 40,000 packets. */
    private static final int BLOCKS = 32;
    /** Only has to divide a block: packets lie behind each other as closely as they fit. */
    private static final int FRAME_BYTES = 2_048;

    // struct tpacket_block_desc
    private static final int BLOCK_STATUS = 8;
    private static final int BLOCK_PACKETS = 12;
    private static final int BLOCK_FIRST = 16;
    private static final int OURS = 1;
    private static final int KERNELS = 0;

    // struct tpacket3_hdr
    private static final int PACKET_NEXT = 0;
    private static final int PACKET_SECONDS = 4;
    private static final int PACKET_NANOS = 8;
    private static final int PACKET_CAPTURED = 12;
    private static final int PACKET_LENGTH = 16;
    private static final int PACKET_NETWORK = 26;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final VarHandle STATUS = INT.varHandle();
    private static final int SOCKADDR_LL_BYTES = 20;
    private static final int READ_AND_WRITE = 3;
    private static final int MAP_SHARED = 1;

    private static final MethodHandle MMAP = LibC.handle(
            "mmap",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG,
                    INT,
                    INT,
                    INT,
                    ValueLayout.JAVA_LONG));
    private static final MethodHandle MUNMAP =
            LibC.handle("munmap", FunctionDescriptor.of(INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));

    private final int fd;
    private final MemorySegment ring;
    private int block;
    private int left;
    private long at;
    private boolean inBlock;
    private boolean closed;
    private long dropped;

    private PacketTap(int fd, MemorySegment ring) {
        this.fd = fd;
        this.ring = ring;
    }

    /**
     * Taps from now on, in the network namespace of the calling thread.
     *
     * @throws LinuxException without CAP_NET_RAW, or if the kernel refuses
     */
    public static PacketTap open(NetworkDevice device, PortSample sample) {
        // Protocol 0: nothing comes before it is bound.
        int fd = require("cannot open a packet socket", LibC.socket(AF_PACKET, SOCK_DGRAM | LibC.SOCK_CLOEXEC, 0));
        try {
            filter(fd, sample.program());
            require("cannot have packets shared", LibC.setIntOption(fd, SOL_PACKET, PACKET_VERSION, TPACKET_V3));
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment request = arena.allocate(REQUEST_BYTES, 8);
                request.setAtIndex(INT, 0, BLOCK_BYTES);
                request.setAtIndex(INT, 1, BLOCKS);
                request.setAtIndex(INT, 2, FRAME_BYTES);
                request.setAtIndex(INT, 3, BLOCK_BYTES / FRAME_BYTES * BLOCKS);
                request.setAtIndex(INT, 4, HANDED_OVER_MILLIS);
                require(
                        "cannot have packets shared",
                        LibC.setsockopt(fd, SOL_PACKET, PACKET_RX_RING, request, REQUEST_BYTES));
            }
            MemorySegment ring = map(fd);
            PacketTap tap = new PacketTap(fd, ring);
            bind(fd, device);
            return tap;
        } catch (RuntimeException e) {
            LibC.close(fd);
            throw e;
        }
    }

    private static void bind(int fd, NetworkDevice device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(SOCKADDR_LL_BYTES, 8);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_PACKET);
            address.set(ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2, (short) ETH_P_ALL);
            address.set(INT, 4, device.index());
            require("cannot tap the network device " + device.name(), LibC.bind(fd, address, SOCKADDR_LL_BYTES));
        }
    }

    private static void filter(int fd, long[] program) {
        try (Arena arena = Arena.ofConfined()) {
            // struct sock_fprog: u16 length, pointer to instructions of 8 bytes
            MemorySegment instructions = arena.allocateFrom(ValueLayout.JAVA_LONG, program);
            MemorySegment filter = arena.allocate(16, 8);
            filter.set(ValueLayout.JAVA_SHORT, 0, (short) program.length);
            filter.set(ValueLayout.ADDRESS, 8, instructions);
            require("cannot filter packets", LibC.setsockopt(fd, LibC.SOL_SOCKET, SO_ATTACH_FILTER, filter, (int)
                    filter.byteSize()));
        }
    }

    private static MemorySegment map(int fd) {
        MemorySegment captured = LibC.captured();
        long length = (long) BLOCK_BYTES * BLOCKS;
        try {
            long address =
                    (long) MMAP.invokeExact(captured, MemorySegment.NULL, length, READ_AND_WRITE, MAP_SHARED, fd, 0L);
            if (address == -1) {
                throw new LinuxException(
                        "cannot map the memory of a packet socket", Errno.ofResult(LibC.result(-1, captured)), "");
            }
            return MemorySegment.ofAddress(address).reinterpret(length);
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    private static int require(String what, int result) {
        if (result < 0) {
            throw new LinuxException(what, Errno.ofResult(result), "It takes root, or CAP_NET_RAW.");
        }
        return result;
    }

    /** Goes to the next packet; false if none is there yet. */
    public boolean next() {
        if (inBlock && left > 1) {
            left--;
            at += ring.get(INT, at + PACKET_NEXT);
            return true;
        }
        if (inBlock) {
            giveBack();
        }
        while ((((int) STATUS.getAcquire(ring, start() + BLOCK_STATUS)) & OURS) != 0) {
            left = ring.get(INT, start() + BLOCK_PACKETS);
            at = start() + ring.get(INT, start() + BLOCK_FIRST);
            inBlock = true;
            if (left > 0) {
                return true;
            }
            giveBack();
        }
        return false;
    }

    private long start() {
        return (long) block * BLOCK_BYTES;
    }

    private void giveBack() {
        STATUS.setRelease(ring, start() + BLOCK_STATUS, KERNELS);
        block = (block + 1) % BLOCKS;
        inBlock = false;
    }

    /**
     * Copies the packet from its network header on, as far as it was taken and fits.
     *
     * @return bytes copied
     */
    public int copy(byte[] into) {
        int length = Math.min(into.length, ring.get(INT, at + PACKET_CAPTURED));
        int network = Short.toUnsignedInt(ring.get(ValueLayout.JAVA_SHORT, at + PACKET_NETWORK));
        MemorySegment.copy(ring, ValueLayout.JAVA_BYTE, at + network, into, 0, length);
        return length;
    }

    /** Bytes of the packet from its network header on. */
    public int bytes() {
        return ring.get(INT, at + PACKET_LENGTH);
    }

    /** When the kernel saw the packet, since 1970 UTC. */
    public long nanos() {
        return Integer.toUnsignedLong(ring.get(INT, at + PACKET_SECONDS)) * 1_000_000_000L
                + Integer.toUnsignedLong(ring.get(INT, at + PACKET_NANOS));
    }

    /** Chosen packets that found no room until now. */
    public long dropped() {
        try (Arena arena = Arena.ofConfined()) {
            // struct tpacket_stats_v3: packets, drops, freezes; since it was read last
            MemorySegment statistics = arena.allocate(12, 8);
            MemorySegment length = arena.allocateFrom(INT, 12);
            require(
                    "cannot count lost packets",
                    LibC.getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, statistics, length));
            dropped += Integer.toUnsignedLong(statistics.getAtIndex(INT, 1));
            return dropped;
        }
    }

    /** Takes no more packets; those taken are there within {@link #HANDED_OVER_MILLIS}. */
    public void stop() {
        filter(fd, PortSample.nothing());
    }

    /** Closing twice does nothing. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        MemorySegment captured = LibC.captured();
        try {
            int ignored = (int) MUNMAP.invokeExact(captured, ring, ring.byteSize());
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        } finally {
            LibC.close(fd);
        }
    }
}
