package dev.tidewait.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** A blocking TCP socket whose family and file descriptor a test can see. Belongs to the namespace of the thread that opens it. */
final class RawTcp implements AutoCloseable {
    private static final int SO_REUSEADDR = 2;
    private static final int SO_REUSEPORT = 15;
    private static final int SO_SNDTIMEO = 21;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;
    private static final int LIMIT_SECONDS = 10;
    private static final MethodHandle ACCEPT = LibC.handle(
            "accept",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    private static final MethodHandle SHUTDOWN = LibC.handle(
            "shutdown", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private final int fd;
    private boolean closed;

    private RawTcp(int fd) {
        this.fd = fd;
    }

    /** Binds to the tuple's source (both reuse options) and connects to its destination. */
    static RawTcp connect(int family, TcpTuple tuple, int interfaceIndex) {
        RawTcp socket = open(family);
        socket.bind(family, tuple.sourceHigh(), tuple.sourceLow(), tuple.sourcePort(), interfaceIndex);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = address(
                    arena,
                    family,
                    tuple.destinationHigh(),
                    tuple.destinationLow(),
                    tuple.destinationPort(),
                    interfaceIndex);
            socket.check(LibC.connect(socket.fd, address, (int) address.byteSize()));
        }
        return socket;
    }

    /** Listens on the wildcard addresses of IPv4 and IPv6. */
    static RawTcp listen(int port) {
        RawTcp socket = open(LibC.AF_INET6);
        socket.check(LibC.setIntOption(socket.fd, IPPROTO_IPV6, IPV6_V6ONLY, 0));
        socket.bind(LibC.AF_INET6, 0, 0, port, 0);
        socket.check(LibC.listen(socket.fd, 4096));
        return socket;
    }

    RawTcp accept() {
        try {
            MemorySegment captured = LibC.captured();
            int accepted = (int) ACCEPT.invokeExact(captured, fd, MemorySegment.NULL, MemorySegment.NULL);
            return new RawTcp(check(LibC.result(accepted, captured)));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    int fd() {
        return fd;
    }

    /** Writes as much as the kernel takes within the limit. */
    int write(int length) {
        try (Arena arena = Arena.ofConfined()) {
            return check(LibC.send(fd, arena.allocate(length), length, 0));
        }
    }

    /** Reads to the peer's FIN; the number of bytes. */
    long readToEnd() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(64 * 1024);
            long total = 0;
            while (true) {
                int count = check(LibC.recv(fd, buffer, buffer.byteSize(), 0));
                if (count == 0) {
                    return total;
                }
                total += count;
            }
        }
    }

    void readExactly(int length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(length);
            for (int left = length; left > 0; ) {
                int count = check(LibC.recv(fd, buffer, left, 0));
                if (count == 0) {
                    throw new AssertionError("FIN with " + left + " bytes missing");
                }
                left -= count;
            }
        }
    }

    void shutdownWrite() {
        try {
            MemorySegment captured = LibC.captured();
            int result = (int) SHUTDOWN.invokeExact(captured, fd, 1);
            check(LibC.result(result, captured));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            LibC.close(fd);
        }
    }

    private static RawTcp open(int family) {
        int fd = LibC.socket(family, LibC.SOCK_STREAM | LibC.SOCK_CLOEXEC, 0);
        if (fd < 0) {
            throw new AssertionError("socket: " + Errno.ofResult(fd));
        }
        RawTcp socket = new RawTcp(fd);
        socket.check(LibC.setIntOption(fd, LibC.SOL_SOCKET, SO_REUSEADDR, 1));
        socket.check(LibC.setIntOption(fd, LibC.SOL_SOCKET, SO_REUSEPORT, 1));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limit = arena.allocate(16, 8);
            limit.set(ValueLayout.JAVA_LONG, 0, LIMIT_SECONDS);
            socket.check(LibC.setsockopt(fd, LibC.SOL_SOCKET, LibC.SO_RCVTIMEO, limit, 16));
            socket.check(LibC.setsockopt(fd, LibC.SOL_SOCKET, SO_SNDTIMEO, limit, 16));
        }
        return socket;
    }

    private void bind(int family, long high, long low, int port, int interfaceIndex) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = address(arena, family, high, low, port, interfaceIndex);
            check(LibC.bind(fd, address, (int) address.byteSize()));
        }
    }

    private static MemorySegment address(Arena arena, int family, long high, long low, int port, int interfaceIndex) {
        MemorySegment address = arena.allocate(family == LibC.AF_INET ? 16 : 28, 4);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) family);
        address.set(DiagRequest.SHORT_BE, 2, (short) port);
        if (family == LibC.AF_INET) {
            address.set(DiagRequest.INT_BE, 4, (int) low);
        } else {
            address.set(DiagRequest.LONG_BE, 8, high);
            address.set(DiagRequest.LONG_BE, 16, low);
            address.set(ValueLayout.JAVA_INT, 24, interfaceIndex);
        }
        return address;
    }

    private int check(int result) {
        if (result < 0) {
            close();
            throw new RawTcpException(Errno.ofResult(result));
        }
        return result;
    }

    /** What the kernel said to a test's own socket call. */
    static final class RawTcpException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        RawTcpException(Errno errno) {
            super(errno.toString());
        }
    }
}
