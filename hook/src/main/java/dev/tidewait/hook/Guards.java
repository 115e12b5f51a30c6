package dev.tidewait.hook;

import dev.tidewait.linux.BpfProgram;
import dev.tidewait.linux.BpfProgram.CgroupHook;
import dev.tidewait.linux.Cgroup;
import dev.tidewait.linux.Kernel;
import dev.tidewait.linux.PortBits;
import dev.tidewait.linux.PortBlockAnswer;
import dev.tidewait.linux.PortBlockLock;
import dev.tidewait.ports.PortSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What must hold before anything is attached. */
final class Guards {
    /** SO_REUSEADDR can be set from a BPF program since then. */
    private static final int NEEDED_MAJOR = 6;

    private static final int NEEDED_MINOR = 1;

    private Guards() {}

    static void checkKernel(Kernel kernel) throws HookException {
        if (!kernel.isAtLeast(NEEDED_MAJOR, NEEDED_MINOR)) {
            throw new HookException("The hook needs Linux " + NEEDED_MAJOR + "." + NEEDED_MINOR
                    + " or newer (SO_REUSEADDR from a BPF program); this is " + kernel.release()
                    + ". Use a newer kernel, or `tidewait reap` (6.0 and newer), or `tidewait proxy` (any).");
        }
    }

    /** The root of all cgroups would catch everything; a cgroup with this process in it, our own sockets. */
    static void checkCgroup(Path cgroup) throws HookException {
        if (!Files.isRegularFile(cgroup.resolve("cgroup.procs"))
                || !Files.isRegularFile(cgroup.resolve("cgroup.controllers"))) {
            throw new HookException(cgroup + " is not a cgroup of version 2. Name one below the mount point of cgroup2"
                    + " (`grep cgroup2 /proc/self/mountinfo` shows it).");
        }
        if (!Files.exists(cgroup.resolve("cgroup.events"))) {
            throw new HookException(
                    cgroup + " is the root of all cgroups: every program on this host would be affected."
                            + " Name the cgroup of one service.");
        }
        if (containsThisProcess(cgroup)) {
            throw new HookException("The cgroup " + cgroup + " contains Tidewait itself."
                    + " Start Tidewait from another one, or name a cgroup further down.");
        }
    }

    /** Directories are compared, not names: cgroup v2 may be mounted in several places. */
    private static boolean containsThisProcess(Path cgroup) throws HookException {
        try {
            for (Path own = Cgroup.ofThisProcess().path(); own != null; own = own.getParent()) {
                if (Files.isSameFile(own, cgroup)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new HookException("The cgroup " + cgroup + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    /** Two programs that both choose addresses would undo each other's work. */
    static void checkOthers(Path cgroup, boolean force) throws HookException {
        int others = Math.max(
                BpfProgram.effectiveOn(cgroup, CgroupHook.CONNECT4),
                BpfProgram.effectiveOn(cgroup, CgroupHook.CONNECT6));
        if (others > 0 && !force) {
            throw new HookException(others + " other BPF program" + (others == 1 ? " is" : "s are")
                    + " effective on connect() in the cgroup " + cgroup
                    + " (Cilium, another Tidewait; `bpftool cgroup tree` shows it)."
                    + " If they neither bind addresses nor rewrite destinations (Cilium's socket load balancing does),"
                    + " --force attaches beside them.");
        }
    }

    /** Claims the ports in the calling thread's network namespace. */
    static PortBlockLock claim(PortSet ports) throws HookException {
        return switch (PortBlockLock.acquire(PortBits.copyOf(ports.toBitSet()))) {
            case PortBlockLock lock -> lock;
            case PortBlockAnswer.HeldByAnother other -> throw new HookException(other.message());
            case PortBlockAnswer.Failed failed ->
                throw new HookException("The ports " + failed.block() + " cannot be claimed: " + failed.errno()
                        + ". Raise the limit of open files (ulimit -n).");
        };
    }
}
