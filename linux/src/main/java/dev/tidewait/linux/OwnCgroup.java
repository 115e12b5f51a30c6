package dev.tidewait.linux;

import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A cgroup that Tidewait made, held until it is closed. That it is held is seen by a lock on its directory (flock(2)), which the kernel gives up
 * however the holder ends; so what a killed one left behind can be told from what is in use, in whatever PID namespace the holder lives. Owned by
 * one thread.
 */
public final class OwnCgroup implements AutoCloseable {
    /** What every name begins with. */
    public static final String PREFIX = "tidewait-";

    /** The names that {@code run} and {@code attach} give; {@code tidewait-nginx.service} is somebody's unit. Nothing else is ever removed. */
    private static final Pattern NAME = Pattern.compile(PREFIX + "(run|attach)-\\d+(-\\d+)?");

    /** Whoever cleans up may take a directory in the moment before its maker locks it. */
    private static final int ATTEMPTS = 10;

    private final Cgroup cgroup;
    private final int lock;
    private boolean closed;

    private OwnCgroup(Cgroup cgroup, int lock) {
        this.cgroup = cgroup;
        this.lock = lock;
    }

    /**
     * Makes one.
     *
     * @param name behind {@link #PREFIX}: {@code run-} or {@code attach-} and a process id; a number is added if there is one of that name
     */
    public static OwnCgroup make(Cgroup parent, String name) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Cgroup cgroup = parent.child(PREFIX + name + (attempt == 0 ? "" : "-" + attempt));
            if (cgroup.exists()) {
                continue;
            }
            cgroup.create();
            Optional<OwnCgroup> held = hold(cgroup);
            if (held.isPresent()) {
                return held.get();
            }
        }
        throw new IOException("cannot make a cgroup " + PREFIX + name + " in " + parent + ": " + ATTEMPTS
                + " of that name are there; remove those that are empty (rmdir)");
    }

    /** Takes over one that a killed holder left behind; empty if somebody holds it, or it is gone. */
    public static Optional<OwnCgroup> hold(Cgroup cgroup) throws IOException {
        int fd = LibC.open(cgroup.path().toString(), LibC.O_RDONLY | LibC.O_CLOEXEC);
        if (fd < 0) {
            if (!cgroup.exists()) {
                return Optional.empty();
            }
            throw new IOException("cannot open the cgroup " + cgroup + ": " + Errno.ofResult(fd)
                    + ". Run as root; raise the limit of open files (ulimit -n) if it is that");
        }
        if (ProcessCalls.flock(fd, ProcessCalls.LOCK_EX | ProcessCalls.LOCK_NB) < 0 || !cgroup.exists()) {
            LibC.close(fd);
            return Optional.empty();
        }
        return Optional.of(new OwnCgroup(cgroup, fd));
    }

    /** Whether it is one that Tidewait makes. */
    public static boolean isOne(Cgroup cgroup) {
        return NAME.matcher(cgroup.name()).matches();
    }

    /**
     * Removes what killed holders left behind: those below {@code parent} that are empty and held by nobody.
     *
     * @return how many
     */
    public static int removeAbandoned(Cgroup parent) throws IOException {
        int removed = 0;
        for (Cgroup child : parent.children()) {
            if (isOne(child) && child.allProcesses().isEmpty()) {
                Optional<OwnCgroup> held = hold(child);
                if (held.isPresent()) {
                    removed++;
                    held.get().close();
                }
            }
        }
        return removed;
    }

    public Cgroup cgroup() {
        return cgroup;
    }

    /** Lets go of it, and removes it if it is empty. Closing twice does nothing. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            cgroup.remove();
        } finally {
            LibC.close(lock);
        }
    }
}
