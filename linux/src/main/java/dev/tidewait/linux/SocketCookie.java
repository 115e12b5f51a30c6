package dev.tidewait.linux;

/**
 * SO_COOKIE (socket(7), Linux 4.12): the number by which the kernel tells one socket from every other one since boot. Any
 * thread.
 *
 * <p>Read it right after connect. The TIME_WAIT socket inherits it, but only if somebody asked for it before: the kernel makes
 * the TIME_WAIT socket at the peer's FIN, while the descriptor is still open, and a cookie first read after that belongs to
 * the old socket only.
 */
public final class SocketCookie {
    private SocketCookie() {}

    /**
     * The cookie of an open socket; treat it as an opaque 64-bit number, never 0.
     *
     * @param fd file descriptor of a socket
     * @throws LinuxException EBADF or ENOTSOCK if it is not (or no longer) a socket, ENOPROTOOPT before Linux 4.12
     */
    public static long read(int fd) {
        int result = LibC.getShortOption(fd, LibC.SOL_SOCKET, LibC.SO_COOKIE, Long.BYTES);
        if (result < 0) {
            throw new LinuxException(
                    "cannot read the cookie of file descriptor " + fd,
                    Errno.ofResult(result),
                    "Read it right after connect, while the socket is open; it needs Linux 4.12.");
        }
        return LibC.shortOption();
    }
}
