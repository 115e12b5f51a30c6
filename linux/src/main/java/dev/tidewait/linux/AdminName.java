package dev.tidewait.linux;

import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Tells this network namespace where a Tidewait program can be asked for the state of its ports: an abstract unix socket with a name such as {@code
 * @tidewait/admin/127.0.0.1:8404}. The name is all there is: nobody can connect to it, whoever can read /proc/net/unix sees it, and it goes with the
 * program. Any thread may close it.
 */
public final class AdminName implements AutoCloseable {
    /** What comes before the address. */
    public static final String PREFIX = "tidewait/admin/";

    private int socket;

    private AdminName(int socket) {
        this.socket = socket;
    }

    /**
     * Publishes the address in the calling thread's network namespace.
     *
     * @return empty if that cannot be done; the endpoint works all the same, only the doctor does not find it
     */
    public static Optional<AdminName> publish(InetSocketAddress admin) {
        int fd = LibC.socket(LibC.AF_UNIX, LibC.SOCK_STREAM | LibC.SOCK_CLOEXEC, 0);
        if (fd < 0) {
            return Optional.empty();
        }
        try (Arena arena = Arena.ofConfined()) {
            UnixName name = UnixName.of(arena, nameOf(admin));
            if (LibC.bind(fd, name.bytes(), name.length()) < 0) {
                LibC.close(fd);
                return Optional.empty();
            }
        }
        return Optional.of(new AdminName(fd));
    }

    /** Takes the name away. Closing twice does nothing. */
    @Override
    public synchronized void close() {
        if (socket >= 0) {
            LibC.close(socket);
            socket = -1;
        }
    }

    static String nameOf(InetSocketAddress admin) {
        String host = admin.getAddress().getHostAddress();
        int scope = host.indexOf('%');
        String bare = scope < 0 ? host : host.substring(0, scope);
        return PREFIX + (bare.contains(":") ? "[" + bare + "]" : bare) + ":" + admin.getPort();
    }
}
