package dev.tidewait.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.OptionalInt;

/** How wide a terminal is. Any thread; each call asks the kernel. */
public final class TerminalWidth {
    /** asm-generic/ioctls.h: x86, arm, riscv, s390. Elsewhere it may mean nothing, which is answered with an error. */
    private static final long TIOCGWINSZ = 0x5413;

    /** struct winsize: rows, columns, and two that are not used, 16 bits each. */
    private static final int WINSIZE_BYTES = 8;

    private static final int COLUMNS_OFFSET = 2;

    private static final MethodHandle IOCTL = LibC.handle(
            "ioctl",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
            Linker.Option.firstVariadicArg(2));

    private TerminalWidth() {}

    /** Columns of the terminal behind a descriptor; empty if there is none, or if it does not say. */
    public static OptionalInt ofDescriptor(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(WINSIZE_BYTES, Short.BYTES);
            int columns =
                    ioctl(fd, size) < 0 ? 0 : Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, COLUMNS_OFFSET));
            return columns == 0 ? OptionalInt.empty() : OptionalInt.of(columns);
        }
    }

    private static int ioctl(int fd, MemorySegment size) {
        MemorySegment captured = LibC.captured();
        try {
            return LibC.result((int) IOCTL.invokeExact(captured, fd, TIOCGWINSZ, size), captured);
        } catch (RuntimeException misuse) {
            throw misuse;
        } catch (Throwable e) {
            throw new AssertionError("a downcall threw", e);
        }
    }
}
