package dev.tidewait.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The kernel's count of connections opened from this network namespace (TcpActiveOpens of /proc/net/snmp), made to be read often: the
 * file stays open and nothing is allocated. A few ten microseconds each. Owned by the thread that opened it; it speaks about the
 * namespace which that thread was in then.
 *
 * <p>Between two readings no (source, destination) can have got more new connections than this count has grown.
 */
public final class ActiveOpens implements AutoCloseable {
    private static final String PATH = "/proc/thread-self/net/snmp";
    private static final String WHAT = "cannot read " + PATH;
    private static final String ADVICE = "Check that /proc is mounted.";
    private static final String PREFIX = "Tcp: ";
    private static final String NAME = "ActiveOpens";
    /** The file has 1.5 KB; the lines wanted are in its first half. */
    private static final int CHUNK_BYTES = 8 * 1024;

    private final Arena arena;
    private final MemorySegment chunk;
    private final int fd;
    /** Blanks before the number in its line. */
    private final int column;

    @SuppressWarnings("MustBeClosedChecker") // the arena lives as long as this object; close() closes it
    private ActiveOpens(int fd) {
        this.fd = fd;
        arena = Arena.ofConfined();
        chunk = arena.allocate(CHUNK_BYTES);
        column = findColumn();
    }

    /** @throws LinuxException if /proc cannot be read or shows no such counter */
    public static ActiveOpens open() {
        int fd = LibC.open(PATH, LibC.O_RDONLY | LibC.O_CLOEXEC);
        if (fd < 0) {
            throw new LinuxException(WHAT, Errno.ofResult(fd), ADVICE);
        }
        try {
            return new ActiveOpens(fd);
        } catch (RuntimeException e) {
            LibC.close(fd);
            throw e;
        }
    }

    /**
     * Connections opened since the namespace was made. Only differences mean something.
     *
     * @throws LinuxException if /proc cannot be read
     */
    public long read() {
        int length = fill();
        // The first line that begins so has the names, the second one the numbers.
        int names = find(PREFIX, 0, length);
        int at = names < 0 ? -1 : find(PREFIX, names + 1, length);
        for (int blanks = 0; at >= 0 && at < length && blanks < column; at++) {
            if (byteAt(at) == ' ') {
                blanks++;
            }
        }
        if (at < 0 || at >= length || !isDigit(byteAt(at))) {
            throw new LinuxException(PATH + " has no number of " + NAME, Errno.NONE, ADVICE);
        }
        long number = 0;
        for (; at < length && isDigit(byteAt(at)); at++) {
            number = number * 10 + (byteAt(at) - '0');
        }
        return number;
    }

    @Override
    public void close() {
        arena.close(); // first: it refuses a second close and another thread's
        LibC.close(fd);
    }

    private int findColumn() {
        String text = new String(chunk.asSlice(0, fill()).toArray(DiagRequest.BYTE), StandardCharsets.US_ASCII);
        int found = text.lines()
                .filter(line -> line.startsWith(PREFIX))
                .findFirst()
                .map(line -> Arrays.asList(line.split(" ", -1)).indexOf(NAME))
                .orElse(-1);
        if (found < 0) {
            throw new LinuxException(PATH + " has no " + NAME, Errno.NONE, ADVICE);
        }
        return found;
    }

    private int fill() {
        int length = LibC.pread(fd, chunk, CHUNK_BYTES, 0);
        if (length < 0) {
            throw new LinuxException(WHAT, Errno.ofResult(length), ADVICE);
        }
        return length;
    }

    /** Where a line begins with this text, at or behind an offset; -1 if none does. */
    private int find(String text, int from, int length) {
        for (int at = from; at + text.length() <= length; at++) {
            if ((at == 0 || byteAt(at - 1) == '\n') && startsWith(text, at)) {
                return at;
            }
        }
        return -1;
    }

    private boolean startsWith(String text, int offset) {
        for (int i = 0; i < text.length(); i++) {
            if (byteAt(offset + i) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDigit(byte character) {
        return character >= '0' && character <= '9';
    }

    private byte byteAt(int offset) {
        return chunk.get(DiagRequest.BYTE, offset);
    }
}
