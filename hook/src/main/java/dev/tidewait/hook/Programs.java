package dev.tidewait.hook;

import dev.tidewait.linux.BpfLink;
import dev.tidewait.linux.BpfMap;
import dev.tidewait.linux.BpfObject;
import dev.tidewait.linux.KernelTick;
import dev.tidewait.linux.LinuxException;
import dev.tidewait.linux.NetworkNamespace;
import dev.tidewait.ports.IpAddress;
import dev.tidewait.ports.PortOrder;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The BPF programs as loaded into the kernel, their maps, and the links that keep them on a cgroup. Attached and detached by one thread at a time;
 * its maps may be used by any thread until it is closed.
 */
final class Programs implements AutoCloseable {
    static final String OBJECT = "tidewait_hook.bpf.o";
    private static final String SETTINGS = ".rodata.settings";

    /**
     * Endings remembered: 21 s at 24,000 a second, longer than the 15 s of the unknown row; 112 bytes each in the kernel. With few ports
     * as many as 1,024 pairs of source and destination could use: one that is forgotten below its floor is taken for never used.
     */
    private static final int MOST_CLOSED = 524_288;

    private static final int LEAST_CLOSED = 131_072;
    private static final int PAIRS = 1_024;

    private final BpfObject object;
    private final PortOrder order;
    private final long namespaceCookie;
    private final List<BpfLink> links = new ArrayList<>();
    private volatile boolean abandoned;

    private Programs(BpfObject object, PortOrder order, long namespaceCookie) {
        this.object = object;
        this.order = order;
        this.namespaceCookie = namespaceCookie;
    }

    /**
     * Has the kernel verify the programs; nothing is attached yet. The calling thread's network namespace becomes the own one.
     *
     * @throws HookException the build made no programs
     * @throws LinuxException the kernel or libbpf refuses
     */
    static Programs load(HookSettings settings) throws HookException {
        byte[] elf = read();
        SecureRandom random = new SecureRandom();
        PortOrder order = new PortOrder(settings.ports(), random.nextLong(), random.nextLong());
        long cookie = NetworkNamespace.currentCookie();
        BpfObject object = BpfObject.open(elf, "tidewait");
        Programs programs = new Programs(object, order, cookie);
        try {
            SettingsBlock.write(
                    object.initialData(SETTINGS),
                    settings,
                    order.toArray(),
                    KernelTick.perSecond(),
                    cookie,
                    random.nextLong());
            object.setMaxEntries("closed", Math.clamp((long) order.size() * PAIRS, LEAST_CLOSED, MOST_CLOSED));
            object.load();
            programs.fillPool(settings.sources());
            return programs;
        } catch (RuntimeException e) {
            programs.close();
            throw e;
        }
    }

    /**
     * Puts the programs on a cgroup.
     *
     * @throws LinuxException if the kernel refuses; nothing is attached then
     */
    void attach(Path cgroup) {
        try {
            // Endings first: no connect of ours may end unseen.
            for (String name : List.of("connection", "connect4", "connect6")) {
                links.add(object.program(name).attachToCgroup(cgroup));
            }
        } catch (RuntimeException e) {
            detach();
            throw e;
        }
    }

    BpfMap map(String name) {
        return object.map(name);
    }

    /** The order in which ports are given out. */
    PortOrder order() {
        return order;
    }

    /** Number of the network namespace that is looked after, as keys of the maps have it. */
    int namespace() {
        return (int) namespaceCookie;
    }

    private void fillPool(List<IpAddress> sources) {
        List<IpAddress> sorted = sources.stream()
                .sorted(Comparator.comparing((IpAddress source) -> !source.isV4()))
                .toList();
        BpfMap pool = map("pool");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment index = arena.allocate(pool.keyBytes(), 8);
            MemorySegment source = arena.allocate(pool.valueBytes(), 8);
            for (int i = 0; i < sorted.size(); i++) {
                index.set(Layout.INT, 0, i);
                Layout.putAddress(source, 0, sorted.get(i));
                pool.put(index, source);
            }
        }
    }

    private static byte[] read() throws HookException {
        try (InputStream in = Programs.class.getResourceAsStream(OBJECT)) {
            if (in == null) {
                throw new HookException(
                        "This build has no BPF programs: clang or libbpf's headers were missing when it was made."
                                + " Install them (Debian, Ubuntu: apt-get install clang libbpf-dev; Fedora: dnf install clang"
                                + " libbpf-devel) and build again, or use a released jar, which contains them.");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new HookException("The BPF programs cannot be read from the jar: " + e.getMessage() + ".", e);
        }
    }

    /**
     * Takes the programs off the cgroup, those that choose first; the maps stay.
     *
     * @throws LinuxException if the kernel refused one; the others are off nevertheless
     */
    void detach() {
        List<RuntimeException> failures = new ArrayList<>();
        for (BpfLink link : links.reversed()) {
            try {
                link.close();
            } catch (RuntimeException e) {
                failures.add(e);
            }
        }
        links.clear();
        if (!failures.isEmpty()) {
            RuntimeException first = failures.removeFirst();
            failures.forEach(first::addSuppressed);
            throw first;
        }
    }

    /** Has {@link #close} leave the maps to the end of this process, because a thread that cannot be stopped may still use them. */
    void abandon() {
        abandoned = true;
    }

    /** Detaches and lets go of the maps. Closing twice does nothing. */
    @Override
    public void close() {
        try {
            detach();
        } finally {
            if (!abandoned) {
                object.close();
            }
        }
    }
}
