package dev.tidewait.doctor.host;

import dev.tidewait.linux.Kernel;
import dev.tidewait.linux.NetworkNamespace;
import dev.tidewait.ports.IpAddress;
import java.nio.file.Files;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What limits new connections in one network namespace, at one moment. Immutable, any thread.
 *
 * @param roots where it was read
 * @param namespace number of the network namespace, as in {@code net:[4026531840]}
 * @param isInitialNamespace it is the one that the kernel began with, to which boot applies the files of sysctl
 * @param kernel the running kernel
 * @param features what it can do
 * @param ports what connect() chooses from
 * @param sources addresses to connect from, those of loopback and of one link left out; each has these ports for itself
 * @param timeWait settings about TIME_WAIT
 * @param sysctlLines what boot applies, in its order; the last one of a key counts
 * @param rights what this process may do
 * @param conntrack netfilter's table; empty where connections are not tracked
 * @param files file descriptors
 * @param unseen what could not be seen, and why
 */
public record HostFacts(
        Roots roots,
        long namespace,
        boolean isInitialNamespace,
        Kernel kernel,
        KernelFeatures features,
        PortFacts ports,
        List<IpAddress> sources,
        TimeWaitFacts timeWait,
        List<SysctlLine> sysctlLines,
        Rights rights,
        Optional<Conntrack> conntrack,
        FileFacts files,
        List<Unseen> unseen) {
    private static final Pattern RELEASE = Pattern.compile("(\\d{1,5})\\.(\\d{1,5}).*", Pattern.DOTALL);

    /** Only the initial network namespace shows it (net_core_table of Linux); its number is fixed only in newer kernels. */
    private static final String INITIAL_ONLY = "sys/net/core/dev_weight";

    public HostFacts {
        sources = List.copyOf(sources);
        sysctlLines = List.copyOf(sysctlLines);
        unseen = List.copyOf(unseen);
    }

    /**
     * Reads everything, in the calling thread's network namespace; changes nothing and needs no rights. What cannot be read is in
     * {@link #unseen()}.
     *
     * @param processIds the programs whose file descriptors matter: those that hold many sockets
     */
    public static HostFacts read(Roots roots, Collection<Integer> processIds) {
        ProcText text = new ProcText(roots);
        Kernel kernel = kernel(text);
        Rights rights = Rights.read(text);
        TimeWaitFacts timeWait = TimeWaitFacts.read(text);
        KernelFeatures features = KernelFeatures.of(text, kernel, timeWait, rights);
        PortFacts ports = PortLook.read(text);
        List<IpAddress> sources = SourceLook.read(text);
        List<SysctlLine> lines = new SysctlFiles(text).read();
        Optional<Conntrack> conntrack = Conntrack.read(text);
        FileFacts files = new FileLook(text).read(processIds);
        long namespace = NetworkNamespace.currentInode();
        boolean isInitial = Files.exists(roots.proc().resolve(INITIAL_ONLY));
        return new HostFacts(
                roots,
                namespace,
                isInitial,
                kernel,
                features,
                ports,
                sources,
                timeWait,
                lines,
                rights,
                conntrack,
                files,
                text.unseen());
    }

    /** The assignments of one key in the files that boot applies, in their order. */
    public List<SysctlLine> linesOf(String key) {
        return sysctlLines.stream().filter(line -> line.key().equals(key)).toList();
    }

    private static Kernel kernel(ProcText text) {
        String release = text.settingText("kernel.osrelease").orElse("unknown");
        Matcher numbers = RELEASE.matcher(release);
        boolean understood = numbers.matches();
        return new Kernel(
                understood ? Integer.parseInt(numbers.group(1)) : 0,
                understood ? Integer.parseInt(numbers.group(2)) : 0,
                release,
                text.settingText("kernel.random.boot_id").orElse("unknown"));
    }
}
