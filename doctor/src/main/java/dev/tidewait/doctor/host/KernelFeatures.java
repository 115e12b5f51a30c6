package dev.tidewait.doctor.host;

import dev.tidewait.doctor.host.Feature.Presence;
import dev.tidewait.linux.Capability;
import dev.tidewait.linux.Kernel;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/**
 * What this kernel can do about TIME_WAIT, by its release, its configuration and its settings; nothing is tried, because a trial makes sockets.
 * Immutable, any thread.
 *
 * @param steal connect() on a chosen port takes over TIME_WAIT (needs timestamps)
 * @param destroy SOCK_DESTROY removes TIME_WAIT (Linux 6.0, CONFIG_INET_DIAG_DESTROY, CAP_NET_ADMIN)
 * @param reuseDelay tcp_tw_reuse_delay is there (Linux 6.14)
 * @param quickSearch connect() looks for a free port without a lock (Linux 6.15)
 * @param hook {@code tidewait run} can attach its BPF programs (Linux 6.1, BTF, cgroup v2)
 */
public record KernelFeatures(Feature steal, Feature destroy, Feature reuseDelay, Feature quickSearch, Feature hook) {
    private static final String BTF = "sys/kernel/btf/vmlinux";
    private static final String CGROUP2 = " - cgroup2 ";

    /** All of them. */
    public List<Feature> all() {
        return List.of(steal, destroy, reuseDelay, quickSearch, hook);
    }

    static KernelFeatures of(ProcText text, Kernel kernel, TimeWaitFacts timeWait, Rights rights) {
        KernelConfig config = KernelConfig.read(text.roots(), kernel.release());
        return new KernelFeatures(
                steal(timeWait),
                destroy(kernel, config, rights),
                timeWait.twReuseDelayMillis().isPresent()
                        ? yes("tcp_tw_reuse_delay", "it is there")
                        : no("tcp_tw_reuse_delay", "not before Linux 6.14; the delay is 1 s"),
                kernel.isAtLeast(6, 15)
                        ? yes("port search without a lock", "Linux 6.15 and newer")
                        : no(
                                "port search without a lock",
                                "before Linux 6.15 connect() locks each port it tries; near exhaustion that costs milliseconds"),
                hook(text, kernel, config, rights));
    }

    private static Feature steal(TimeWaitFacts timeWait) {
        String name = "taking over TIME_WAIT on a chosen port";
        return TimeWaitFacts.is(timeWait.timestamps(), 0)
                ? no(name, "net.ipv4.tcp_timestamps is 0")
                : yes(name, "where the connection used timestamps");
    }

    private static Feature destroy(Kernel kernel, KernelConfig config, Rights rights) {
        String name = "destroying TIME_WAIT";
        if (!kernel.isAtLeast(6, 0)) {
            return no(name, "needs Linux 6.0; this is " + kernel.release());
        }
        Optional<Boolean> built = config.has("CONFIG_INET_DIAG_DESTROY");
        if (built.isEmpty()) {
            return new Feature(
                    name, Presence.UNKNOWN, "the kernel's configuration cannot be read (CONFIG_INET_DIAG_DESTROY)");
        }
        if (!built.get()) {
            return no(name, "the kernel is built without CONFIG_INET_DIAG_DESTROY");
        }
        return rights.has(Capability.NET_ADMIN)
                ? yes(name, "CONFIG_INET_DIAG_DESTROY, CAP_NET_ADMIN")
                : no(name, "the kernel can, but it needs CAP_NET_ADMIN");
    }

    private static Feature hook(ProcText text, Kernel kernel, KernelConfig config, Rights rights) {
        String name = "tidewait run (BPF)";
        if (!kernel.isAtLeast(6, 1)) {
            return no(name, "needs Linux 6.1; this is " + kernel.release());
        }
        if (!Files.exists(text.roots().files().resolve(BTF))) {
            return no(name, "the kernel has no BTF (/" + BTF + "; CONFIG_DEBUG_INFO_BTF)");
        }
        if (config.has("CONFIG_CGROUP_BPF").equals(Optional.of(false))) {
            return no(name, "the kernel is built without CONFIG_CGROUP_BPF");
        }
        if (!text.proc("self/mountinfo", "mounts").orElse("").contains(CGROUP2)) {
            return no(name, "cgroup v2 is not mounted here");
        }
        boolean mayLoad = rights.has(Capability.SYS_ADMIN) || rights.has(Capability.BPF);
        return mayLoad && rights.has(Capability.NET_ADMIN)
                ? yes(name, "BTF, cgroup v2 and the capabilities are there")
                : no(name, "the kernel can, but it needs root (CAP_BPF, CAP_NET_ADMIN)");
    }

    private static Feature yes(String name, String reason) {
        return new Feature(name, Presence.YES, reason);
    }

    private static Feature no(String name, String reason) {
        return new Feature(name, Presence.NO, reason);
    }
}
