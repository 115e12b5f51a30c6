package dev.tidewait.hook.reap;

import dev.tidewait.linux.Capabilities;
import dev.tidewait.linux.Capability;
import dev.tidewait.linux.FeatureProbes;
import dev.tidewait.linux.Kernel;
import dev.tidewait.linux.LinuxException;
import dev.tidewait.linux.ProbeOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What this host allows, tried before the first pass with a connection of our own over loopback. Immutable.
 *
 * @param timeWaitMillis how long TIME_WAIT lasts here; {@link #NOT_MEASURED} if no socket of our own could be made to see it
 * @param notes what the user should know
 */
public record ReapStart(long timeWaitMillis, List<String> notes) {
    /** Ages then count from the longest timer that the passes see, so that they are never overestimated. */
    public static final long NOT_MEASURED = 0;

    static final String NOT_PERMITTED =
            "destroying TIME_WAIT sockets needs CAP_NET_ADMIN in this network namespace: run it as root (sudo), or grant it"
                    + " (AmbientCapabilities=CAP_NET_ADMIN in a systemd unit, --cap-add NET_ADMIN for a container). --dry-run works"
                    + " without.";

    private static final Duration LIMIT = Duration.ofSeconds(2);
    /** The first kernel whose tcp_abort() takes TIME_WAIT sockets (commit af9784d007d8). */
    private static final int OLDEST_MAJOR = 6;
    /** What is measured on an unchanged kernel may be so much less than 60 s, on a busy host. */
    private static final long TOLERANCE_MILLIS = 2_000;

    public ReapStart {
        notes = List.copyOf(notes);
    }

    /**
     * Tries it, in the network namespace of the calling thread.
     *
     * @param dryRun whether nothing shall be destroyed, which needs no rights
     * @throws ReapException if it cannot work here
     */
    public static ReapStart look(boolean dryRun) throws ReapException {
        try {
            List<String> notes = new ArrayList<>();
            if (!dryRun) {
                ProbeOutcome probe = FeatureProbes.destroyTimeWait(LIMIT);
                Optional<String> obstacle = obstacle(Kernel.running(), Capabilities.ofThisThread(), probe);
                if (obstacle.isPresent()) {
                    throw new ReapException(obstacle.get());
                }
                if (probe instanceof ProbeOutcome.Untried untried) {
                    notes.add("whether the kernel destroys TIME_WAIT sockets shows with the first one: "
                            + untried.reason());
                }
            }
            return new ReapStart(length(FeatureProbes.timeWaitLengthMillis(LIMIT), notes), notes);
        } catch (LinuxException e) {
            throw new ReapException(String.valueOf(e.getMessage()));
        }
    }

    /** Why it cannot work, and what to do. */
    static Optional<String> obstacle(Kernel kernel, Capabilities capabilities, ProbeOutcome probe) {
        if (kernel.major() > 0 && !kernel.isAtLeast(OLDEST_MAJOR, 0)) {
            return Optional.of(tooOld(kernel));
        }
        if (!capabilities.has(Capability.NET_ADMIN)) {
            return Optional.of(NOT_PERMITTED);
        }
        return probe instanceof ProbeOutcome.Refuses refuses
                ? Optional.of(refuses.reason().contains("CAP_NET_ADMIN") ? NOT_PERMITTED : withoutDestroy(kernel))
                : Optional.empty();
    }

    /** The kernel has answered EOPNOTSUPP. */
    static String unsupported() {
        Kernel kernel = Kernel.running();
        return kernel.isAtLeast(OLDEST_MAJOR, 0) ? withoutDestroy(kernel) : tooOld(kernel);
    }

    private static String tooOld(Kernel kernel) {
        return "kernel " + kernel.release()
                + " cannot destroy TIME_WAIT sockets: that came with Linux 6.0. Use a newer kernel; until then"
                + " 'tidewait proxy' helps without it, or net.ipv4.tcp_tw_reuse=1 where servers use TCP timestamps.";
    }

    private static String withoutDestroy(Kernel kernel) {
        return "kernel " + kernel.release() + " was built without CONFIG_INET_DIAG_DESTROY (see /boot/config-"
                + kernel.release()
                + "), so it destroys no sockets. Use a kernel that has it, as those of Debian, Ubuntu and Fedora do.";
    }

    private static long length(OptionalLong measured, List<String> notes) {
        if (measured.isEmpty()) {
            notes.add(
                    "no TIME_WAIT socket of our own could be made to see how long it lasts, so ages count from the longest timer"
                            + " seen, and the first sockets go later than they might. Is loopback up? 'ip link set lo up'");
            return NOT_MEASURED;
        }
        long millis = measured.getAsLong();
        if (Math.abs(millis - ReapSettings.KERNEL_MILLIS) <= TOLERANCE_MILLIS) {
            return ReapSettings.KERNEL_MILLIS;
        }
        notes.add("TIME_WAIT lasts " + millis + " ms on this kernel, not 60 s; ages count from that");
        return millis;
    }
}
