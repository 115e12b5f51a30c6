package dev.tidewait.linux;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * Whole files of /proc as text, with the kernel's errno when they cannot be read or written (java.nio loses it). Any thread;
 * files below {@code /proc/sys/net} and {@code /proc/thread-self} are those of the calling thread's namespace.
 */
final class ProcFile {
    private static final int CHUNK_BYTES = 16 * 1024;
    private static final int LIMIT_BYTES = 4 * 1024 * 1024;

    private ProcFile() {}

    /** The text, or a LinuxException whose message begins with {@code what} and ends with {@code whatToDo}. */
    static String read(String path, String what, String whatToDo) {
        int fd = open(path, LibC.O_RDONLY, what, whatToDo);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment chunk = arena.allocate(CHUNK_BYTES);
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            while (text.size() < LIMIT_BYTES) {
                int count = check(LibC.read(fd, chunk, CHUNK_BYTES), what, whatToDo);
                if (count == 0) {
                    return text.toString(StandardCharsets.US_ASCII);
                }
                text.writeBytes(chunk.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE));
            }
            throw new LinuxException(what, Errno.of(27), "It is longer than " + LIMIT_BYTES + " bytes."); // EFBIG
        } finally {
            LibC.close(fd);
        }
    }

    /** Writes the text with one system call, as sysctls want it. */
    static void write(String path, String text, String what, String whatToDo) {
        int fd = open(path, LibC.O_WRONLY, what, whatToDo);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom(text, StandardCharsets.US_ASCII);
            check(LibC.write(fd, bytes, bytes.byteSize() - 1), what, whatToDo);
        } finally {
            LibC.close(fd);
        }
    }

    private static int open(String path, int mode, String what, String whatToDo) {
        return check(LibC.open(path, mode | LibC.O_CLOEXEC), what, whatToDo);
    }

    private static int check(int result, String what, String whatToDo) {
        if (result < 0) {
            throw new LinuxException(what, Errno.ofResult(result), whatToDo);
        }
        return result;
    }
}
