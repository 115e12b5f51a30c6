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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a start after SIGKILL must know and cannot ask the kernel: endings that leave nothing there (the peer closed first, RST), and the
 * ports that were leased when the end came. A memory-mapped file on a file system in memory. Any thread may write.
 */
final class EndingJournal implements AutoCloseable {
    /*
     * Layout: a header of 64 bytes (magic, index of the next entry, number of entries), a table of 65,536 counters of live leases per
     * source port, a table of the times until which each port is suspect, and a ring of entries. An entry's release time is written
     * last, so a torn one is not believed. Times are CLOCK_MONOTONIC, which all processes of one boot share; the boot's id is in
     * the file's name. The ring keeps the length it was made with.
     */
    static final String PREFIX = "endings-";

    private static final Logger LOG = LoggerFactory.getLogger(EndingJournal.class);
    private static final long MAGIC = 0x7469_6465_7761_3032L;
    private static final int PORTS = 65_536;
    /** Counts on without end: a long is never used up. */
    private static final long NEXT = 8;

    private static final long HEADER = 64;
    private static final long SUSPECTS = HEADER + PORTS * 4L;
    private static final long RING = SUSPECTS + PORTS * 8L;
    private static final int ENTRY = 64;
    private static final int LEAST_ENTRIES = 4_096;
    /** 64 MiB. */
    private static final int MOST_ENTRIES = 1_048_576;
    /** The boot's id in a file's name. */
    private static final int ID_LENGTH = 36;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final VarHandle ATOMIC_LONG = ValueLayout.JAVA_LONG.varHandle();
    private static final VarHandle ATOMIC_INT = ValueLayout.JAVA_INT.varHandle();

    private final Arena arena;
    private final MemorySegment file;
    private final int entries;
    private final boolean isNew;
    private final AtomicBoolean said = new AtomicBoolean();

    /** An ending of the time before. */
    record Past(FourTuple tuple, long floorMillis, long releasedMillis) {}

    private EndingJournal(Arena arena, MemorySegment file, int entries, boolean isNew) {
        this.arena = arena;
        this.file = file;
        this.entries = entries;
        this.isNew = isNew;
    }

    /**
     * Opens or makes the file; only the owner may read it.
     *
     * @param wantedEntries how many endings a new file shall hold at least, within bounds
     */
    @SuppressWarnings("MustBeClosedChecker") // the arena is the journal's own; close() closes it
    static EndingJournal open(Path path, int wantedEntries) throws IOException {
        Path directory = path.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        Arena arena = Arena.ofShared();
        try (FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            int entries = entriesOf(channel);
            boolean isNew = entries == 0;
            if (isNew) {
                channel.truncate(0); // new, or of a version with another layout
                entries = Math.clamp(wantedEntries, LEAST_ENTRIES, MOST_ENTRIES);
            }
            MemorySegment file = channel.map(FileChannel.MapMode.READ_WRITE, 0, RING + (long) entries * ENTRY, arena);
            file.set(LONG, 16, entries);
            file.set(LONG, 0, MAGIC);
            return new EndingJournal(arena, file, entries, isNew);
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /** Length of the ring of a file that is there; 0 if it is not one of ours. */
    private static int entriesOf(FileChannel channel) throws IOException {
        ByteBuffer header = ByteBuffer.allocate((int) HEADER).order(ByteOrder.nativeOrder());
        if (channel.read(header, 0) < HEADER || header.getLong(0) != MAGIC) {
            return 0;
        }
        long entries = header.getLong(16);
        boolean fits = entries >= LEAST_ENTRIES && entries <= MOST_ENTRIES && channel.size() == RING + entries * ENTRY;
        return fits ? (int) entries : 0;
    }

    /** Removes what was written before this boot: nothing of it matters any more, and it is memory. */
    static void removeOtherBoots(Path directory, String bootId) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, PREFIX + "*")) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                boolean ours = name.startsWith(PREFIX + bootId + "-");
                if (!ours && name.length() > PREFIX.length() + ID_LENGTH) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.debug("old journals of endings stay in {}", directory, e);
        }
    }

    /**
     * Endings not older than their floor, oldest first. What was never written is not looked at: each look would make a page of a file
     * that has none yet.
     */
    List<Past> past(long nowMillis) {
        List<Past> past = new ArrayList<>();
        int written = (int) Math.min(entries, file.get(LONG, NEXT));
        for (int i = 0; i < written; i++) {
            long at = at(i);
            long released = file.get(LONG, at + 48);
            // A release time is rounded up.
            if (isYoung(at, nowMillis) && released <= nowMillis + 1) {
                past.add(new Past(tupleAt(at), file.get(LONG, at + 40), Math.min(released, nowMillis)));
            }
        }
        past.sort(Comparator.comparingLong(Past::releasedMillis));
        return past;
    }

    private boolean isYoung(long at, long nowMillis) {
        long released = file.get(LONG, at + 48);
        return released != 0 && nowMillis - released < file.get(LONG, at + 40);
    }

    /**
     * Ports that were leased when an owner ended: the last one, or one before it whose suspects are not cleared yet. Their counters
     * begin anew. To be called before the first lease.
     *
     * @param untilMillis how long they are suspect, also if this owner ends before
     */
    PortSet takeLive(long nowMillis, long untilMillis) {
        if (isNew) {
            return PortSet.EMPTY;
        }
        BitSet live = new BitSet();
        MemorySegment counters = file.asSlice(HEADER, SUSPECTS - HEADER);
        int[] leased = counters.toArray(INT);
        counters.fill((byte) 0);
        long[] suspects = file.asSlice(SUSPECTS, RING - SUSPECTS).toArray(LONG);
        for (int port = 1; port < PORTS; port++) {
            if (leased[port] > 0) {
                file.set(LONG, SUSPECTS + port * 8L, untilMillis);
                live.set(port, untilMillis > nowMillis);
            } else {
                live.set(port, suspects[port] > nowMillis);
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
        long index = (long) ATOMIC_LONG.getAndAdd(file, NEXT, 1L);
        long at = at((int) Long.remainderUnsigned(index, entries));
        if (isYoung(at, releasedMillis) && said.compareAndSet(false, true)) {
            LOG.warn(
                    "more than {} connections ended within their floor: after a crash the next start will not know of all of them "
                            + "and may use a four-tuple too early",
                    entries);
        }
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
        return RING + (long) entry * ENTRY;
    }

    @Override
    public void close() {
        arena.close();
    }
}
