package dev.tidewait.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * A network device of the calling thread's namespace. Immutable, any thread.
 *
 * @param name such as {@code eth0}
 * @param index the kernel's number for it, unique in its namespace
 */
public record NetworkDevice(String name, int index) {
    private static final MethodHandle INDEX =
            LibC.handle("if_nametoindex", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    private static final String LIST = "/proc/thread-self/net/dev";
    /** Lines of {@link #LIST} before the first device. */
    private static final int HEADING_LINES = 2;

    /**
     * The device of a name.
     *
     * @throws LinuxException if there is none
     */
    public static NetworkDevice find(String name) {
        MemorySegment captured = LibC.captured();
        try (Arena arena = Arena.ofConfined()) {
            int index = (int) INDEX.invokeExact(captured, arena.allocateFrom(name));
            if (index == 0) {
                throw new LinuxException(
                        "there is no network device " + name,
                        Errno.ofResult(LibC.result(-1, captured)),
                        "Those of this network namespace are: " + String.join(", ", names()) + ".");
            }
            return new NetworkDevice(name, index);
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /** The names of all devices of the calling thread's namespace, in the kernel's order. */
    public static List<String> names() {
        List<String> names = new ArrayList<>();
        ProcFile.read(LIST, "cannot read " + LIST, "Check that /proc is mounted.")
                .lines()
                .skip(HEADING_LINES)
                .map(line -> line.substring(0, Math.max(0, line.indexOf(':'))).strip())
                .forEach(names::add);
        return List.copyOf(names);
    }
}
