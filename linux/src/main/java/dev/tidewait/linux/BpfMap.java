package dev.tidewait.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * A map of a loaded {@link BpfObject}. Any thread, while the object is open. Keys and values are the caller's memory; one system
 * call each, a microsecond or less.
 */
public final class BpfMap {
    private final String name;
    private final int fd;
    private final int keyBytes;
    private final int valueBytes;

    BpfMap(String name, MemorySegment map) {
        this.name = name;
        fd = ask(LibBpf.MAP_FD, map);
        keyBytes = ask(LibBpf.MAP_KEY_SIZE, map);
        valueBytes = ask(LibBpf.MAP_VALUE_SIZE, map);
    }

    private static int ask(MethodHandle what, MemorySegment map) {
        try {
            return (int) what.invokeExact(map);
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    int fd() {
        return fd;
    }

    /** Length of a key. */
    public int keyBytes() {
        return keyBytes;
    }

    /** Length of a value; of a per-CPU map that of one CPU's. */
    public int valueBytes() {
        return valueBytes;
    }

    /** CPUs that values of a per-CPU map have a part for, each rounded up to 8 bytes. */
    public static int possibleCpus() {
        try {
            return (int) LibBpf.POSSIBLE_CPUS.invokeExact();
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /**
     * Reads the value of a key.
     *
     * @return false if there is none
     * @throws LinuxException if the kernel refuses
     */
    public boolean lookUp(MemorySegment key, MemorySegment value) {
        try {
            return found((int) LibBpf.MAP_LOOK_UP.invokeExact(fd, key, value), "read");
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /**
     * Writes the value of a key, whether there was one or not.
     *
     * @throws LinuxException if the kernel refuses, for example because the map is full
     */
    public void put(MemorySegment key, MemorySegment value) {
        try {
            int result = (int) LibBpf.MAP_UPDATE.invokeExact(fd, key, value, 0L);
            if (result < 0) {
                throw refused("write", result);
            }
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /** Removes a key; false if it was not there. */
    public boolean remove(MemorySegment key) {
        try {
            return found((int) LibBpf.MAP_DELETE.invokeExact(fd, key), "remove from");
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /** Receives one entry; both segments are valid during the call only. */
    @FunctionalInterface
    public interface Visitor {
        void visit(MemorySegment key, MemorySegment value);
    }

    /**
     * Visits entries until the end or until {@code limit} were visited. While others write, entries may be missed or visited twice (the
     * kernel starts again where a key has vanished), which the limit bounds.
     */
    public void forEach(int limit, Visitor visitor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(keyBytes, 8);
            MemorySegment next = arena.allocate(keyBytes, 8);
            MemorySegment value = arena.allocate(valueBytes, 8);
            MemorySegment before = MemorySegment.NULL;
            for (int i = 0; i < limit; i++) {
                int result = (int) LibBpf.MAP_NEXT_KEY.invokeExact(fd, before, next);
                if (!found(result, "list")) {
                    return;
                }
                key.copyFrom(next);
                before = key;
                if (lookUp(key, value)) {
                    visitor.visit(key, value);
                }
            }
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    private boolean found(int result, String verb) {
        if (result >= 0) {
            return true;
        }
        if (Errno.ofResult(result).equals(Errno.ENOENT)) {
            return false;
        }
        throw refused(verb, result);
    }

    private LinuxException refused(String verb, int result) {
        return BpfObject.failure("cannot " + verb + " the BPF map " + name, Errno.ofResult(result), "");
    }
}
