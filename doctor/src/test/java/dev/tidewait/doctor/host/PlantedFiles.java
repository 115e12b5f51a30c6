package dev.tidewait.doctor.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A /proc and a root of files in a directory, with the values of an ordinary host to begin with. */
public final class PlantedFiles {
    private static final Map<String, String> ORDINARY = Map.ofEntries(
            Map.entry("sys/kernel/osrelease", "6.1.0-42-amd64\n"),
            Map.entry("sys/kernel/random/boot_id", "8a6f6b3e-0000-4000-8000-000000000000\n"),
            Map.entry("sys/net/core/dev_weight", "64\n"),
            Map.entry("sys/net/ipv4/ip_local_port_range", "32768\t60999\n"),
            Map.entry("sys/net/ipv4/ip_local_reserved_ports", "\n"),
            Map.entry("sys/net/ipv4/tcp_tw_reuse", "2\n"),
            Map.entry("sys/net/ipv4/tcp_timestamps", "1\n"),
            Map.entry("sys/net/ipv4/tcp_fin_timeout", "60\n"),
            Map.entry("sys/net/ipv4/tcp_max_tw_buckets", "131072\n"),
            Map.entry("sys/fs/file-nr", "735\t0\t2466170\n"),
            Map.entry("sys/fs/nr_open", "1048576\n"),
            Map.entry("self/mountinfo", "30 24 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n"),
            Map.entry("thread-self/status", "Name:\tjava\nCapEff:\t000001ffffffffff\n"),
            Map.entry("thread-self/net/unix", "Num RefCount Protocol Flags Type St Inode Path\n"));

    private final Path directory;

    public PlantedFiles(Path directory) {
        this.directory = directory;
        ORDINARY.forEach(this::proc);
        file("boot/config-6.1.0-42-amd64", "CONFIG_INET_DIAG_DESTROY=y\nCONFIG_CGROUP_BPF=y\n");
        file("sys/kernel/btf/vmlinux", "");
    }

    public void proc(String path, String text) {
        write(directory.resolve("proc").resolve(path), text);
    }

    public void file(String path, String text) {
        write(directory.resolve("root").resolve(path), text);
    }

    public void removeProc(String path) {
        remove(directory.resolve("proc").resolve(path));
    }

    void removeFile(String path) {
        remove(directory.resolve("root").resolve(path));
    }

    Roots roots() {
        return new Roots(directory.resolve("proc"), directory.resolve("root"));
    }

    /** Listeners are not files, and those of the machine that runs the test do not belong to the planted host. */
    public HostFacts facts() {
        return facts(List.of());
    }

    /** The same with these services. */
    public HostFacts facts(List<ListeningPort> listening) {
        HostFacts read = HostFacts.read(roots(), List.of());
        PortFacts ports = read.ports();
        return new HostFacts(
                read.roots(),
                read.namespace(),
                read.isInitialNamespace(),
                read.kernel(),
                read.features(),
                new PortFacts(ports.range(), ports.reserved(), listening, ports.ofTidewait()),
                read.sources(),
                read.timeWait(),
                read.sysctlLines(),
                read.rights(),
                read.conntrack(),
                read.files(),
                read.unseen());
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.resolveSibling("."));
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void remove(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
