package dev.tidewait.netty;

import dev.tidewait.ports.Destination;
import dev.tidewait.ports.FourTuple;
import dev.tidewait.ports.IpAddress;
import dev.tidewait.ports.PortSet;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * What a start after SIGKILL must know and cannot ask the kernel: endings that leave nothing there (the peer closed first, RST), and the
 * ports that were leased when the end came. A memory-mapped file on a file system in memory. Any thread may write.
 */
final class EndingJournal implements AutoCloseable {
    /*
     * Layout: a header of 64 bytes (magic, index of the next entry), a table of 65,536 counters of live leases per source port, and a
     * ring of entries. An entry's release time is written last, so a torn one is not believed. Times are CLOCK_MONOTONIC, which
     * all processes of one boot share; the boot's id is in the file's name.
     */
    private static final long MAGIC = 0x7469_6465_7761_6974L;
    private static final int HEADER = 64;
    private static final int COUNTERS = 65_536 * 4;
    private static final int ENTRY = 64;
    private static final int ENTRIES = 262_144;
    private static final long LENGTH = HEADER + COUNTERS + (long) ENTRIES * ENTRY;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final VarHandle ATOMIC_LONG = ValueLayout.JAVA_LONG.varHandle();
    private static final VarHandle ATOMIC_INT = ValueLayout.JAVA_INT.varHandle();

    private final Arena arena;
    private final MemorySegment file;

    /** An ending of the time before. */
    record Past(FourTuple tuple, long floorMillis, long releasedMillis) {}

    private EndingJournal(Arena arena, MemorySegment file) {
        this.arena = arena;
        this.file = file;
    }

    /** Opens or makes the file; only the owner may read it. */
    @SuppressWarnings("MustBeClosedChecker") // the arena is the journal's own; close() closes it
    static EndingJournal open(Path path) throws IOException {
        Path directory = path.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        Arena arena = Arena.ofShared();
        try (FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            MemorySegment file = channel.map(FileChannel.MapMode.READ_WRITE, 0, LENGTH, arena);
            file.set(LONG, 0, MAGIC);
            return new EndingJournal(arena, file);
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /** Endings not older than their floor, oldest first. */
    List<Past> past(long nowMillis) {
        List<Past> past = new ArrayList<>();
        for (int i = 0; i < ENTRIES; i++) {
            long at = at(i);
            long released = file.get(LONG, at + 48);
            long floor = file.get(LONG, at + 40);
            if (released != 0 && released <= nowMillis && nowMillis - released < floor) {
                past.add(new Past(tupleAt(at), floor, released));
            }
        }
        past.sort(Comparator.comparingLong(Past::releasedMillis));
        return past;
    }

    /** Ports that were leased when the last owner ended, and forgets them. */
    PortSet takeLive() {
        BitSet live = new BitSet();
        for (int port = 1; port < 65_536; port++) {
            if ((int) ATOMIC_INT.getAndSet(file, HEADER + port * 4L, 0) > 0) {
                live.set(port);
            }
        }
        return PortSet.of(live);
    }

    void leased(int port) {
        ATOMIC_INT.getAndAdd(file, HEADER + port * 4L, 1);
    }

    void released(int port) {
        ATOMIC_INT.getAndAdd(file, HEADER + port * 4L, -1);
    }

    /** Writes an ending that leaves nothing in the kernel. */
    void write(IpAddress source, int port, Destination destination, long floorMillis, long releasedMillis) {
        long index = (long) ATOMIC_LONG.getAndAdd(file, 8L, 1L);
        long at = at((int) Long.remainderUnsigned(index, ENTRIES));
        file.set(LONG, at + 48, 0);
        VarHandle.releaseFence();
        file.set(LONG, at, source.high());
        file.set(LONG, at + 8, source.low());
        file.set(LONG, at + 16, destination.address().high());
        file.set(LONG, at + 24, destination.address().low());
        file.set(LONG, at + 32, ((long) port << 16) | destination.port());
        file.set(LONG, at + 40, floorMillis);
        VarHandle.releaseFence();
        file.set(LONG, at + 48, releasedMillis);
    }

    private FourTuple tupleAt(long at) {
        long portsWord = file.get(LONG, at + 32);
        int destinationPort = (int) (portsWord & 0xffff);
        return new FourTuple(
                new IpAddress(file.get(LONG, at), file.get(LONG, at + 8)),
                (int) (portsWord >>> 16) & 0xffff,
                new Destination(
                        new IpAddress(file.get(LONG, at + 16), file.get(LONG, at + 24)), Math.max(1, destinationPort)));
    }

    private static long at(int entry) {
        return HEADER + COUNTERS + (long) entry * ENTRY;
    }

    @Override
    public void close() {
        arena.close();
    }
}
