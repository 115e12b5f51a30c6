package dev.tidewait.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A network namespace (network_namespaces(7)), kept alive by an open file descriptor. Any thread may close it once; entering
 * concerns the calling thread only.
 *
 * <p>A namespace belongs to a thread, not to the process: sockets opened and {@code /proc} files read by a thread are those of
 * the namespace the thread is in. Only platform threads may move (a virtual thread would leave its carrier elsewhere); threads
 * started by a thread begin in its namespace.
 */
public final class NetworkNamespace implements AutoCloseable {
    private static final Path OF_THIS_THREAD = Path.of("/proc/thread-self/ns/net");
    private static final String ADVICE =
            "It needs CAP_SYS_ADMIN, both now and in the namespace to be entered: run as root.";

    private final int fd;
    private final long inode;
    private boolean closed;

    private NetworkNamespace(int fd, long inode) {
        this.fd = fd;
        this.inode = inode;
    }

    /**
     * The namespace that the calling thread is in.
     *
     * @throws LinuxException if /proc is not mounted
     */
    public static NetworkNamespace current() {
        return open(OF_THIS_THREAD);
    }

    /**
     * The namespace behind a file: {@code /proc/PID/ns/net}, or {@code /run/netns/NAME} as made by ip-netns(8).
     *
     * @throws LinuxException ENOENT, EACCES
     */
    public static NetworkNamespace open(Path file) {
        long inode = inodeOf(file);
        int fd = LibC.open(file.toString(), LibC.O_RDONLY | LibC.O_CLOEXEC);
        if (fd < 0) {
            throw new LinuxException(
                    "cannot open the network namespace " + file,
                    Errno.ofResult(fd),
                    "Check that the file exists and is readable.");
        }
        return new NetworkNamespace(fd, inode);
    }

    /** Number of the calling thread's namespace, as in {@code net:[4026531840]}; unique on this host while it lives. */
    public static long currentInode() {
        return inodeOf(OF_THIS_THREAD);
    }

    /**
     * A number for the calling thread's namespace that no other one of this boot has or gets: SO_NETNS_COOKIE (Linux 5.14). The numbers of
     * {@link #currentInode()} are given out again; before 5.14 they are all there is.
     *
     * @throws LinuxException no socket can be opened
     */
    public static long currentCookie() {
        int socket = LibC.socket(LibC.AF_UNIX, LibC.SOCK_STREAM | LibC.SOCK_CLOEXEC, 0);
        if (socket < 0) {
            throw new LinuxException(
                    "cannot open a socket to ask for the network namespace",
                    Errno.ofResult(socket),
                    "Raise the limit of open files (ulimit -n).");
        }
        try {
            int result = LibC.getShortOption(socket, LibC.SOL_SOCKET, LibC.SO_NETNS_COOKIE, Long.BYTES);
            return result < 0 ? currentInode() : LibC.shortOption();
        } finally {
            LibC.close(socket);
        }
    }

    /**
     * The kernel's number of the calling thread, by which others can name its namespace: {@code /proc/NUMBER/ns/net}, or
     * {@code ip link set DEVICE netns NUMBER}.
     */
    public static int callingThreadId() {
        return LibC.gettid();
    }

    /**
     * Moves the calling thread into a new, empty namespace (its loopback interface is down). The namespace ends with the last
     * thread, socket and {@link NetworkNamespace} in it.
     *
     * @throws LinuxException EPERM without CAP_SYS_ADMIN
     */
    public static void enterNew() {
        requirePlatformThread();
        int result = LibC.unshare(LibC.CLONE_NEWNET);
        if (result < 0) {
            throw new LinuxException("cannot make a network namespace", Errno.ofResult(result), ADVICE);
        }
    }

    /**
     * Moves the calling thread into this namespace.
     *
     * @throws LinuxException EPERM without CAP_SYS_ADMIN
     */
    public void enter() {
        requirePlatformThread();
        int result = LibC.setns(openFd(), LibC.CLONE_NEWNET);
        if (result < 0) {
            throw new LinuxException("cannot enter network namespace " + inode, Errno.ofResult(result), ADVICE);
        }
    }

    /** Number of this namespace; see {@link #currentInode()}. */
    public long inode() {
        return inode;
    }

    /** Lets go of the namespace; threads in it stay there. Closing twice does nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            LibC.close(fd);
        }
    }

    @Override
    public String toString() {
        return "net:[" + inode + "]";
    }

    private synchronized int openFd() {
        if (closed) {
            throw new IllegalStateException("network namespace " + inode + " was let go of before");
        }
        return fd;
    }

    private static void requirePlatformThread() {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("a virtual thread cannot change its namespace; use a platform thread");
        }
    }

    private static long inodeOf(Path file) {
        try {
            return (long) Files.getAttribute(file, "unix:ino");
        } catch (IOException e) {
            throw new LinuxException(
                    "cannot read the number of the network namespace " + file,
                    Errno.ENOENT,
                    "Check that /proc is mounted and that the file exists.",
                    e);
        }
    }
}
