package dev.tidewait.linux;

/**
 * The kernel refused something that is needed before any work can be done (opening a socket, reading a sysctl, entering a
 * namespace). Refusals that belong to ordinary work are outcomes, not exceptions.
 */
public final class LinuxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    LinuxException(String what, Errno errno, String whatToDo) {
        super(what + ": " + errno + ". " + whatToDo);
        this.errno = errno.number();
    }

    LinuxException(String what, Errno errno, String whatToDo, Throwable cause) {
        super(what + ": " + errno + ". " + whatToDo, cause);
        this.errno = errno.number();
    }

    /** The kernel's error; {@link Errno#NONE} where the kernel answered but with something that cannot be read. */
    public Errno errno() {
        return Errno.of(errno);
    }
}
