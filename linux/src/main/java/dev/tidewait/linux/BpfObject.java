package dev.tidewait.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A compiled BPF object (ELF): its maps and programs, through libbpf. First {@link #open}, then set it up, {@link #load} it, and use
 * what is in it until it is closed. Not thread safe until it is loaded; its maps may be used by any thread while it is open. The
 * kernel's copies end with the last descriptor or link, at the latest with this process.
 */
public final class BpfObject implements AutoCloseable {
    private static final Path BTF = Path.of("/sys/kernel/btf/vmlinux");
    /** struct bpf_object_open_opts up to its object_name. */
    private static final int OPEN_OPTIONS_BYTES = 16;

    private final Arena arena = Arena.ofShared();
    private final String name;
    private final MemorySegment object;
    private boolean closed;

    private BpfObject(byte[] elf, String name) {
        this.name = name;
        MemorySegment bytes = arena.allocate(elf.length, 8);
        MemorySegment.copy(elf, 0, bytes, ValueLayout.JAVA_BYTE, 0, elf.length);
        MemorySegment options = arena.allocate(OPEN_OPTIONS_BYTES, 8);
        options.set(ValueLayout.JAVA_LONG, 0, OPEN_OPTIONS_BYTES);
        options.set(ValueLayout.ADDRESS, 8, arena.allocateFrom(name));
        MemorySegment captured = LibC.captured();
        BpfLog.clear();
        try {
            object = (MemorySegment) LibBpf.OPEN_MEMORY.invokeExact(captured, bytes, bytes.byteSize(), options);
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
        if (object.address() == 0) {
            Errno errno = Errno.ofResult(LibC.result(-1, captured));
            arena.close();
            throw failure("cannot read the BPF object " + name, errno, "It was not compiled as this libbpf expects.");
        }
    }

    /**
     * Reads an object; nothing reaches the kernel yet.
     *
     * @param elf what clang made
     * @param name for messages and for the kernel's lists, at most 15 characters
     * @throws LinuxException libbpf is missing, the kernel has no BTF, or the object cannot be read
     */
    public static BpfObject open(byte[] elf, String name) {
        requireLibrary();
        if (!Files.isReadable(BTF)) {
            throw new LinuxException(
                    "this kernel does not describe its types: " + BTF + " cannot be read",
                    Errno.ENOENT,
                    "Use a kernel built with CONFIG_DEBUG_INFO_BTF, as those of Debian, Ubuntu, Fedora and RHEL are, and mount /sys.");
        }
        return new BpfObject(elf, name);
    }

    /** @throws LinuxException if libbpf 1.x is not installed */
    public static void requireLibrary() {
        try {
            LibBpf.touch();
        } catch (LinkageError e) {
            throw new LinuxException(
                    "libbpf 1.x (" + LibBpf.LIBRARY + ") cannot be loaded",
                    Errno.ENOENT,
                    "Install it (Debian, Ubuntu: apt-get install libbpf1; Fedora: dnf install libbpf).",
                    e);
        }
    }

    /**
     * Initial content of a section of data such as {@code .rodata}, to be written before {@link #load}; valid until this is closed.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public MemorySegment initialData(String section) {
        MemorySegment map = find(LibBpf.FIND_MAP, section);
        MemorySegment captured = LibC.captured();
        try {
            MemorySegment size = arena.allocate(ValueLayout.JAVA_LONG);
            MemorySegment data = (MemorySegment) LibBpf.MAP_INITIAL_VALUE.invokeExact(captured, map, size);
            return data.reinterpret(size.get(ValueLayout.JAVA_LONG, 0), arena, null);
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /** Sets how many entries a map may have; before {@link #load}. */
    public void setMaxEntries(String map, int entries) {
        MemorySegment found = find(LibBpf.FIND_MAP, map);
        try {
            check((int) LibBpf.MAP_SET_ENTRIES.invokeExact(found, entries), "cannot size the map " + map);
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /**
     * Makes the maps and has the kernel verify the programs.
     *
     * @throws LinuxException with the end of the verifier's log
     */
    public void load() {
        BpfLog.clear();
        try {
            check((int) LibBpf.LOAD.invokeExact(object), "the kernel does not take the BPF programs of " + name);
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /** A map of a loaded object. */
    public BpfMap map(String mapName) {
        return new BpfMap(mapName, find(LibBpf.FIND_MAP, mapName));
    }

    /** A program of a loaded object. */
    public BpfProgram program(String programName) {
        return new BpfProgram(programName, find(LibBpf.FIND_PROGRAM, programName));
    }

    private MemorySegment find(MethodHandle how, String what) {
        MemorySegment captured = LibC.captured();
        try (Arena words = Arena.ofConfined()) {
            MemorySegment found = (MemorySegment) how.invokeExact(captured, object, words.allocateFrom(what));
            if (found.address() == 0) {
                throw new IllegalArgumentException("the BPF object " + name + " has no " + what);
            }
            return found;
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    private static void check(int result, String what) {
        if (result < 0) {
            throw failure(what, Errno.ofResult(result), "");
        }
    }

    /** With libbpf's own words. */
    static LinuxException failure(String what, Errno errno, String advice) {
        String said = BpfLog.tail();
        String because =
                errno.equals(Errno.EPERM) ? "Run as root, or with CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON. " : "";
        return new LinuxException(what, errno, because + advice + (said.isEmpty() ? "" : "\n" + said));
    }

    /** Lets go of everything; links that were made go on until they are closed. Closing twice does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            LibBpf.CLOSE.invokeExact(object);
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
        arena.close();
    }
}
