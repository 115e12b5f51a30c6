package dev.tidewait.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * What libbpf says when something fails; the verifier's log is part of it. libbpf has one listener per process, so there is one log,
 * of which only the end is kept. Any thread.
 */
final class BpfLog {
    /** Room for one message; a verifier's log of one program has a few hundred kilobytes at most. */
    private static final int MESSAGE_BYTES = 1 << 20;

    private static final int KEPT_CHARACTERS = 6_000;
    private static final int LEVEL_WARN = 0;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final MethodHandle FORMAT = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("vsnprintf"),
                    FunctionDescriptor.of(
                            INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    private static final StringBuilder KEPT = new StringBuilder();
    private static boolean listening;

    private BpfLog() {}

    /** Begins to listen (once per process), and forgets what was said before. */
    static void clear() {
        synchronized (KEPT) {
            KEPT.setLength(0);
            if (!listening) {
                listen();
                listening = true;
            }
        }
    }

    /** The end of what was said since {@link #clear}. */
    static String tail() {
        synchronized (KEPT) {
            return KEPT.toString().strip();
        }
    }

    private static void listen() {
        try {
            MethodHandle target = MethodHandles.lookup()
                    .findStatic(
                            BpfLog.class,
                            "print",
                            MethodType.methodType(int.class, int.class, MemorySegment.class, MemorySegment.class));
            MemorySegment callback = Linker.nativeLinker()
                    .upcallStub(
                            target,
                            FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS),
                            Arena.global());
            MemorySegment before = (MemorySegment) LibBpf.SET_PRINT.invokeExact(callback);
            assert before.byteSize() == 0;
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /**
     * libbpf_print_fn_t. The third argument is a va_list: on x86-64 an array, on arm64 a structure of 32 bytes, so a pointer in both
     * calling conventions.
     */
    static int print(int level, MemorySegment format, MemorySegment arguments) {
        if (level != LEVEL_WARN) {
            return 0;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(MESSAGE_BYTES);
            int length = (int) FORMAT.invokeExact(text, (long) MESSAGE_BYTES, format, arguments);
            keep(text.getString(0));
            return length;
        } catch (Throwable e) {
            // An exception must not reach native code: it would end the process.
            keep("(a message of libbpf could not be read: " + e + ")\n");
            return 0;
        }
    }

    private static void keep(String message) {
        synchronized (KEPT) {
            KEPT.append(message);
            if (KEPT.length() > KEPT_CHARACTERS) {
                KEPT.delete(0, KEPT.length() - KEPT_CHARACTERS);
            }
        }
    }
}
