package dev.tidewait.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Takes all capabilities from the calling thread, for good (capset(2) concerns one thread). */
final class ThreadCapabilities {
    private static final int VERSION_3 = 0x20080522;
    private static final MethodHandle CAPSET = LibC.handle(
            "capset", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));

    private ThreadCapabilities() {}

    static void dropAll() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment header = arena.allocate(8, 4);
            header.set(ValueLayout.JAVA_INT, 0, VERSION_3);
            MemorySegment none = arena.allocate(24, 4);
            MemorySegment captured = LibC.captured();
            int result = LibC.result((int) CAPSET.invokeExact(captured, header, none), captured);
            if (result < 0) {
                throw new AssertionError("capset: " + Errno.ofResult(result));
            }
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
