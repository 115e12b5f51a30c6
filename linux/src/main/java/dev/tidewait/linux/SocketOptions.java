package dev.tidewait.linux;

/** Integer socket options of a raw file descriptor, for options that Java has no name for. Any thread. */
public final class SocketOptions {
    private SocketOptions() {}

    /**
     * setsockopt of a 4-byte integer.
     *
     * @param level protocol level, such as 1 for SOL_SOCKET, 6 for TCP, 0 for IPv4, 41 for IPv6
     * @return {@link Errno#NONE}, or why not
     */
    public static Errno setInt(int fd, int level, int option, int value) {
        return Errno.ofResult(LibC.setIntOption(fd, level, option, value));
    }

    /**
     * getsockopt of a 4-byte integer.
     *
     * @throws LinuxException if the kernel refuses: EBADF, ENOTSOCK, ENOPROTOOPT
     */
    public static int getInt(int fd, int level, int option) {
        int result = LibC.getShortOption(fd, level, option, Integer.BYTES);
        if (result < 0) {
            throw new LinuxException(
                    "cannot read option " + option + " of level " + level + " of file descriptor " + fd,
                    Errno.ofResult(result),
                    "Check that the descriptor is an open socket and that the kernel knows the option.");
        }
        return (int) LibC.shortOption();
    }
}
