package dev.tidewait.hook;

import dev.tidewait.linux.BpfObject;
import dev.tidewait.linux.Kernel;
import dev.tidewait.linux.LinuxException;
import dev.tidewait.linux.PortBlockLock;
import java.nio.file.Path;

/**
 * One cgroup under the rule at a time, from attach to close: the outgoing TCP connects of every process in it and below it get the oldest
 * fit four-tuple. Any thread. Everything is gone when it is closed or this process ends, also by SIGKILL; the programs go on.
 *
 * <p>Hazard: a socket belongs to the cgroup that its process was in when it was made. Programs that were running before keep the
 * sockets that they have as they are.
 */
public final class Hook implements AutoCloseable {
    private final Programs programs;
    private final PortBlockLock ports;
    private final Attendant attendant;
    private final Counters counters;
    private final boolean force;
    private HookSnapshot last;
    private boolean closed;

    private Hook(Programs programs, PortBlockLock ports, Attendant attendant, Counters counters, boolean force) {
        this.programs = programs;
        this.ports = ports;
        this.attendant = attendant;
        this.counters = counters;
        this.force = force;
        this.last = counters.read();
    }

    /**
     * Loads the BPF programs and attaches them. The network namespace in which ports are claimed, TIME_WAIT sockets are destroyed and
     * learned sources are checked is the calling thread's.
     *
     * @param cgroup an absolute path below the mount point of cgroup v2
     * @param settings what to do
     * @param force whether to attach although another connect program is effective on the cgroup
     * @throws HookException what is missing or stands in the way, and what to do about it
     */
    public static Hook attach(Path cgroup, HookSettings settings, boolean force) throws HookException {
        try {
            Guards.checkKernel(Kernel.running());
            Guards.checkCgroup(cgroup);
            BpfObject.requireLibrary();
            Guards.checkOthers(cgroup, force);
            PortBlockLock ports = Guards.claim(settings.ports());
            try {
                return attach(cgroup, settings, ports, force);
            } catch (HookException | RuntimeException e) {
                ports.close();
                throw e;
            }
        } catch (LinuxException e) {
            throw new HookException("The hook cannot be attached: " + e.getMessage(), e);
        }
    }

    private static Hook attach(Path cgroup, HookSettings settings, PortBlockLock ports, boolean force)
            throws HookException {
        Programs programs = Programs.load(settings);
        try {
            DestroyCounts destroys = new DestroyCounts();
            Attendant attendant = Attendant.start(programs, destroys, settings.mayDestroy());
            try {
                programs.attach(cgroup);
                return new Hook(programs, ports, attendant, new Counters(programs, destroys), force);
            } catch (RuntimeException e) {
                attendant.close();
                throw e;
            }
        } catch (HookException | RuntimeException e) {
            programs.close();
            throw e;
        }
    }

    /**
     * Leaves the cgroup, which may be gone, for another one: that of the same service after a restart. The ports, the counters and all that is
     * remembered of endings stay, so no four-tuple is used below its floor.
     *
     * @param to as for {@link #attach}
     * @throws HookException what stands in the way; then it is on no cgroup any more, and may be moved again or closed
     */
    public synchronized void moveTo(Path to) throws HookException {
        if (closed) {
            throw new IllegalStateException("the hook was closed");
        }
        try {
            programs.detach();
            Guards.checkCgroup(to);
            Guards.checkOthers(to, force);
            programs.attach(to);
        } catch (LinuxException e) {
            throw new HookException("The hook cannot be moved to " + to + ": " + e.getMessage(), e);
        }
    }

    /** What was counted so far; after {@link #close} what was counted until then. */
    public synchronized HookSnapshot snapshot() {
        if (!closed) {
            last = counters.read();
        }
        return last;
    }

    /** Detaches: connects go the kernel's way again. Closing twice does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        // Whatever fails, the rest is let go of.
        try (ports;
                programs;
                attendant) {
            try {
                programs.detach();
            } finally {
                last = counters.read();
            }
        }
    }
}
