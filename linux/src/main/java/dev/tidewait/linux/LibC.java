package dev.tidewait.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * The one corner that calls libc. Each method returns what the kernel's own entry point would: the result, or minus errno.
 * Any thread; errno is captured into a buffer of the calling thread.
 *
 * <p>{@link Linker.Option#critical} (no change of the thread's state, so that a garbage collection waits for the call) is not
 * used: next to the system call it makes no difference that could be measured (TimingMain in the tests), and TCP_INFO and sends
 * may wait for a lock.
 */
final class LibC {
    static final int AF_UNIX = 1;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int AF_NETLINK = 16;
    static final int SOCK_STREAM = 1;
    static final int SOCK_RAW = 3;
    static final int SOCK_NONBLOCK = 0x800;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int SOL_SOCKET = 1;
    static final int IPPROTO_TCP = 6;
    static final int SO_RCVTIMEO = 20;
    static final int SO_PEERCRED = 17;
    static final int SO_COOKIE = 57;
    static final int SO_NETNS_COOKIE = 71;
    static final int TCP_INFO = 11;
    static final int MSG_TRUNC = 0x20;
    static final int MSG_DONTWAIT = 0x40;
    static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    static final int O_CLOEXEC = 0x80000;
    static final int CLONE_NEWNET = 0x40000000;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final MemoryLayout POINTER = ValueLayout.ADDRESS;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET = CAPTURE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::make);

    /**
     * What a thread needs of memory for a call, found by one look-up and in one cache line: behind a system call little of it is still in the caches.
     *
     * @param captured receives errno
     * @param value up to 16 bytes, such as an option of integers
     * @param length of an option, 4 bytes
     */
    private record Scratch(MemorySegment captured, MemorySegment value, MemorySegment length) {
        private static final int LINE_BYTES = 64;
        private static final int VALUE_BYTES = 16;
        private static final int LENGTH_AT = 32;

        static Scratch make() {
            MemorySegment line = Arena.ofAuto().allocate(LINE_BYTES, LINE_BYTES);
            return new Scratch(
                    line.asSlice(VALUE_BYTES, CAPTURE),
                    line.asSlice(0, VALUE_BYTES),
                    line.asSlice(LENGTH_AT, Integer.BYTES));
        }
    }

    private static final MethodHandle SOCKET = handle("socket", FunctionDescriptor.of(INT, INT, INT, INT));
    private static final MethodHandle CLOSE = handle("close", FunctionDescriptor.of(INT, INT));
    private static final MethodHandle SEND = handle("send", FunctionDescriptor.of(LONG, INT, POINTER, LONG, INT));
    private static final MethodHandle RECV = handle("recv", FunctionDescriptor.of(LONG, INT, POINTER, LONG, INT));
    private static final MethodHandle BIND = handle("bind", FunctionDescriptor.of(INT, INT, POINTER, INT));
    private static final MethodHandle LISTEN = handle("listen", FunctionDescriptor.of(INT, INT, INT));
    private static final MethodHandle CONNECT = handle("connect", FunctionDescriptor.of(INT, INT, POINTER, INT));
    private static final MethodHandle SETNS = handle("setns", FunctionDescriptor.of(INT, INT, INT));
    private static final MethodHandle UNSHARE = handle("unshare", FunctionDescriptor.of(INT, INT));
    private static final MethodHandle GETTID = handle("gettid", FunctionDescriptor.of(INT));
    private static final MethodHandle OPEN =
            handle("open", FunctionDescriptor.of(INT, POINTER, INT, INT), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle READ = handle("read", FunctionDescriptor.of(LONG, INT, POINTER, LONG));
    private static final MethodHandle PREAD = handle("pread", FunctionDescriptor.of(LONG, INT, POINTER, LONG, LONG));
    private static final MethodHandle WRITE = handle("write", FunctionDescriptor.of(LONG, INT, POINTER, LONG));
    private static final MethodHandle CLOCK_GETTIME = handle("clock_gettime", FunctionDescriptor.of(INT, INT, POINTER));
    private static final FunctionDescriptor SOCKET_OPTION = FunctionDescriptor.of(INT, INT, INT, INT, POINTER, POINTER);
    private static final MethodHandle GETSOCKOPT = handle("getsockopt", SOCKET_OPTION);
    private static final MethodHandle SETSOCKOPT =
            handle("setsockopt", FunctionDescriptor.of(INT, INT, INT, INT, POINTER, INT));

    private LibC() {}

    /** A libc function whose errno is captured; its first argument is the capture buffer ({@link #captured()}). */
    static MethodHandle handle(String name, FunctionDescriptor type, Linker.Option... options) {
        List<Linker.Option> all = new ArrayList<>(List.of(options));
        all.add(Linker.Option.captureCallState("errno"));
        MemorySegment function = LINKER.defaultLookup()
                .find(name)
                .orElseThrow(() -> new UnsatisfiedLinkError("libc has no function " + name));
        return LINKER.downcallHandle(function, type, all.toArray(new Linker.Option[0]));
    }

    static MemorySegment captured() {
        return SCRATCH.get().captured;
    }

    /** The result itself, or minus errno if it is negative. */
    static int result(int returned, MemorySegment captured) {
        return returned >= 0 ? returned : -captured.get(INT, ERRNO_OFFSET);
    }

    static int socket(int family, int type, int protocol) {
        MemorySegment captured = captured();
        try {
            return result((int) SOCKET.invokeExact(captured, family, type, protocol), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int close(int fd) {
        MemorySegment captured = captured();
        try {
            return result((int) CLOSE.invokeExact(captured, fd), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int send(int fd, MemorySegment bytes, long length, int flags) {
        MemorySegment captured = captured();
        try {
            return result((int) (long) SEND.invokeExact(captured, fd, bytes, length, flags), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int recv(int fd, MemorySegment bytes, long capacity, int flags) {
        MemorySegment captured = captured();
        try {
            return result((int) (long) RECV.invokeExact(captured, fd, bytes, capacity, flags), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int bind(int fd, MemorySegment address, int length) {
        MemorySegment captured = captured();
        try {
            return result((int) BIND.invokeExact(captured, fd, address, length), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int listen(int fd, int backlog) {
        MemorySegment captured = captured();
        try {
            return result((int) LISTEN.invokeExact(captured, fd, backlog), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int connect(int fd, MemorySegment address, int length) {
        MemorySegment captured = captured();
        try {
            return result((int) CONNECT.invokeExact(captured, fd, address, length), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int setns(int fd, int type) {
        MemorySegment captured = captured();
        try {
            return result((int) SETNS.invokeExact(captured, fd, type), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int unshare(int flags) {
        MemorySegment captured = captured();
        try {
            return result((int) UNSHARE.invokeExact(captured, flags), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int gettid() {
        MemorySegment captured = captured();
        try {
            return result((int) GETTID.invokeExact(captured), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int open(String path, int flags) {
        MemorySegment captured = captured();
        try (Arena arena = Arena.ofConfined()) {
            return result((int) OPEN.invokeExact(captured, arena.allocateFrom(path), flags, 0), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int read(int fd, MemorySegment bytes, long capacity) {
        MemorySegment captured = captured();
        try {
            return result((int) (long) READ.invokeExact(captured, fd, bytes, capacity), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int pread(int fd, MemorySegment bytes, long capacity, long offset) {
        MemorySegment captured = captured();
        try {
            return result((int) (long) PREAD.invokeExact(captured, fd, bytes, capacity, offset), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int write(int fd, MemorySegment bytes, long length) {
        MemorySegment captured = captured();
        try {
            return result((int) (long) WRITE.invokeExact(captured, fd, bytes, length), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** What a clock of clock_gettime(2) shows, in nanoseconds; or minus errno. */
    static long clockNanos(int clock) {
        MemorySegment captured = captured();
        MemorySegment timespec = SCRATCH.get().value; // 16 bytes: seconds, nanoseconds
        try {
            int result = result((int) CLOCK_GETTIME.invokeExact(captured, clock, timespec), captured);
            return result < 0 ? result : timespec.get(LONG, 0) * 1_000_000_000L + timespec.get(LONG, 8);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Reads into {@code value}; {@code length} (4 bytes) holds its capacity and receives the length that the kernel wrote. */
    static int getsockopt(int fd, int level, int option, MemorySegment value, MemorySegment length) {
        MemorySegment captured = captured();
        try {
            return result((int) GETSOCKOPT.invokeExact(captured, fd, level, option, value, length), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** An option of at most 8 bytes; the result is in {@link #shortOption()}. */
    static int getShortOption(int fd, int level, int option, int lengthBytes) {
        Scratch scratch = SCRATCH.get();
        MemorySegment captured = scratch.captured;
        MemorySegment value = scratch.value;
        MemorySegment length = scratch.length;
        value.set(LONG, 0, 0);
        length.set(INT, 0, lengthBytes);
        try {
            return result((int) GETSOCKOPT.invokeExact(captured, fd, level, option, value, length), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** What the last {@link #getShortOption} of this thread read, as 8 bytes in native order. */
    static long shortOption() {
        return SCRATCH.get().value.get(LONG, 0);
    }

    static int setsockopt(int fd, int level, int option, MemorySegment value, int lengthBytes) {
        MemorySegment captured = captured();
        try {
            return result((int) SETSOCKOPT.invokeExact(captured, fd, level, option, value, lengthBytes), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int setIntOption(int fd, int level, int option, int value) {
        MemorySegment buffer = SCRATCH.get().value;
        buffer.set(INT, 0, value);
        return setsockopt(fd, level, option, buffer, Integer.BYTES);
    }

    static AssertionError unexpected(Throwable e) {
        if (e instanceof RuntimeException misuse) {
            throw misuse; // for example a segment of another thread
        }
        return new AssertionError("a downcall threw", e);
    }
}
