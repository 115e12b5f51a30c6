package dev.tidewait.linux;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * What {@link LibC} is for sockets and files, for processes and locks; apart from it, because most programs that use this module never need them
 * and linking each costs a start some time. Any thread; results as there.
 */
final class ProcessCalls {
    static final int LOCK_EX = 2;
    static final int LOCK_NB = 4;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final MethodHandle FLOCK = LibC.handle("flock", FunctionDescriptor.of(INT, INT, INT));
    private static final MethodHandle KILL = LibC.handle("kill", FunctionDescriptor.of(INT, INT, INT));

    private ProcessCalls() {}

    static int flock(int fd, int operation) {
        return call(FLOCK, fd, operation);
    }

    static int kill(int processId, int signal) {
        return call(KILL, processId, signal);
    }

    private static int call(MethodHandle function, int first, int second) {
        MemorySegment captured = LibC.captured();
        try {
            return LibC.result((int) function.invokeExact(captured, first, second), captured);
        } catch (RuntimeException misuse) {
            throw misuse;
        } catch (Throwable e) {
            throw new AssertionError("a downcall threw", e);
        }
    }
}
