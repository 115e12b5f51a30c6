package dev.tidewait.linux;

import static dev.tidewait.linux.DiagRequest.INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Ownership of ports in one network namespace: one abstract unix socket (unix(7)) for each block of 1,024 ports that the set
 * touches, such as {@code @tidewait/ports/32768-33791}. Abstract names are separate in every network namespace, and the kernel
 * frees them when the owner ends, however it ends. Any thread may close it.
 */
public final class PortBlockLock implements PortBlockAnswer, AutoCloseable {
    /** Ports in a block. */
    public static final int BLOCK_PORTS = 1024;

    /** Connections that others open to learn our process id stay queued, so the queue bounds them. */
    private static final int BACKLOG = 16;

    private static final int CREDENTIALS_LENGTH = 12;

    private final List<Integer> sockets;

    private PortBlockLock(List<Integer> sockets) {
        this.sockets = sockets;
    }

    /**
     * Claims every block that contains one of the ports, in the calling thread's network namespace; all or none.
     *
     * @return this class if claimed, {@link PortBlockAnswer.HeldByAnother} or {@link PortBlockAnswer.Failed}
     */
    public static PortBlockAnswer acquire(PortBits ports) {
        PortBlockLock lock = new PortBlockLock(new ArrayList<>());
        for (int port = ports.next(0); port >= 0; ) {
            int first = port / BLOCK_PORTS * BLOCK_PORTS;
            port = ports.next(first + BLOCK_PORTS);
            PortRange block = new PortRange(first, first + BLOCK_PORTS - 1);
            int result = lock.claim(block);
            if (result < 0) {
                lock.close();
                Errno errno = Errno.ofResult(result);
                return errno.equals(Errno.EADDRINUSE)
                        ? new HeldByAnother(block, ownerOf(block))
                        : new Failed(block, errno);
            }
        }
        return lock;
    }

    /** Number of blocks claimed. */
    public synchronized int blockCount() {
        return sockets.size();
    }

    /** Gives all blocks back. Closing twice does nothing. */
    @Override
    public synchronized void close() {
        sockets.forEach(LibC::close);
        sockets.clear();
    }

    static String nameOf(PortRange block) {
        return "tidewait/ports/" + block;
    }

    private synchronized int claim(PortRange block) {
        int fd = LibC.socket(LibC.AF_UNIX, LibC.SOCK_STREAM | LibC.SOCK_CLOEXEC, 0);
        if (fd < 0) {
            return fd;
        }
        sockets.add(fd);
        try (Arena arena = Arena.ofConfined()) {
            UnixName name = UnixName.of(arena, nameOf(block));
            int bound = LibC.bind(fd, name.bytes(), name.length());
            return bound < 0 ? bound : LibC.listen(fd, BACKLOG);
        }
    }

    /** The process that listens on the block's name (SO_PEERCRED), 0 if it cannot be learnt. */
    private static int ownerOf(PortRange block) {
        int fd = LibC.socket(LibC.AF_UNIX, LibC.SOCK_STREAM | LibC.SOCK_CLOEXEC | LibC.SOCK_NONBLOCK, 0);
        if (fd < 0) {
            return 0;
        }
        try (Arena arena = Arena.ofConfined()) {
            UnixName name = UnixName.of(arena, nameOf(block));
            if (LibC.connect(fd, name.bytes(), name.length()) < 0) {
                return 0;
            }
            MemorySegment credentials = arena.allocate(CREDENTIALS_LENGTH, 4);
            MemorySegment length = arena.allocate(4, 4);
            length.set(INT, 0, CREDENTIALS_LENGTH);
            int result = LibC.getsockopt(fd, LibC.SOL_SOCKET, LibC.SO_PEERCRED, credentials, length);
            return result < 0 ? 0 : credentials.get(INT, 0);
        } finally {
            LibC.close(fd);
        }
    }
}
