package dev.tidewait.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The kernel's tick, in which it counts its timers (jiffies, CONFIG_HZ). Any thread. */
public final class KernelTick {
    private static final int CLOCK_MONOTONIC_COARSE = 6;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final MethodHandle CLOCK_GETRES = LibC.handle(
            "clock_getres", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));

    private KernelTick() {}

    /** Ticks per second, such as 250: the coarse clocks advance once per tick, and their resolution says so. */
    public static int perSecond() {
        MemorySegment captured = LibC.captured();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment resolution = arena.allocate(16, 8);
            int result = (int) CLOCK_GETRES.invokeExact(captured, CLOCK_MONOTONIC_COARSE, resolution);
            long nanos = resolution.get(ValueLayout.JAVA_LONG, 8);
            if (result < 0 || nanos <= 0) {
                throw new LinuxException(
                        "the kernel does not tell the length of its tick",
                        Errno.ofResult(LibC.result(result, captured)),
                        "Allow clock_getres in the security policy (seccomp).");
            }
            return (int) ((NANOS_PER_SECOND + nanos / 2) / nanos);
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }
}
