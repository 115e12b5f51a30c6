package dev.tidewait.evidence.live;

import dev.tidewait.evidence.late.AgeBuckets;
import dev.tidewait.linux.BpfLink;
import dev.tidewait.linux.BpfMap;
import dev.tidewait.linux.BpfObject;
import dev.tidewait.linux.BpfRunTime;
import dev.tidewait.linux.KernelTick;
import dev.tidewait.linux.LinuxException;
import dev.tidewait.linux.NetworkDevice;
import dev.tidewait.linux.NetworkNamespace;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The BPF programs as loaded into the kernel and attached, and their maps. Opened and closed by one thread; the maps are anybody's until then. */
final class LivePrograms implements AutoCloseable {
    private static final String OBJECT = "late_segments.bpf.o";
    private static final String SETTINGS = ".rodata.settings";
    private static final String ARRIVAL = "arrival";
    private static final String ENDING = "ending";

    private final BpfObject object;
    private final List<BpfLink> links = new ArrayList<>();

    private LivePrograms(BpfObject object) {
        this.object = object;
    }

    /**
     * Has the kernel verify the programs and puts them on the device and on the ends of the connections of the calling thread's namespace.
     *
     * @throws LiveException the build made no programs
     * @throws LinuxException the device is not there, or the kernel or libbpf refuses; nothing is attached then
     */
    static LivePrograms attach(LiveSettings settings) throws LiveException {
        byte[] elf = read();
        NetworkDevice device = NetworkDevice.find(settings.device());
        LivePrograms programs = new LivePrograms(BpfObject.open(elf, "tidewait_late"));
        try {
            write(programs.object.initialData(SETTINGS), settings, device);
            programs.object.setMaxEntries("ended", settings.remembered());
            programs.object.load();
            // Ends first: a segment must not meet an end that escaped us.
            programs.links.add(programs.object.program(ENDING).attach());
            programs.links.add(programs.object.program(ARRIVAL).attachToIngress(device));
            return programs;
        } catch (RuntimeException e) {
            programs.close();
            throw e;
        }
    }

    BpfMap map(String name) {
        return object.map(name);
    }

    /** Of each program, by its name. */
    Map<String, BpfRunTime> runTimes() {
        return Map.of(
                ARRIVAL, object.program(ARRIVAL).runTime(),
                ENDING, object.program(ENDING).runTime());
    }

    private static void write(MemorySegment block, LiveSettings settings, NetworkDevice device) {
        if (AgeBuckets.count() != LiveLayout.AGE_BOUNDS + 1) {
            throw new IllegalStateException("AGE_BOUNDS of late_layout.h is not " + (AgeBuckets.count() - 1));
        }
        for (int i = 0; i < LiveLayout.AGE_BOUNDS; i++) {
            block.set(
                    LiveLayout.LONG, LiveLayout.SETTINGS_AGE_BOUNDS + (long) i * Long.BYTES, AgeBuckets.upperNanos(i));
        }
        RoundTripClass[] classes = RoundTripClass.values();
        for (int i = 0; i < classes.length - 2; i++) {
            block.set(LiveLayout.INT, LiveLayout.SETTINGS_ROUND_TRIPS + (long) i * Integer.BYTES, (int)
                    classes[i].upperMicros());
        }
        block.set(LiveLayout.INT, LiveLayout.SETTINGS_TICKS, KernelTick.perSecond());
        block.set(LiveLayout.INT, LiveLayout.SETTINGS_DEVICE, device.index());
        block.set(LiveLayout.INT, LiveLayout.SETTINGS_NAMESPACE, (int) NetworkNamespace.currentInode());
        LiveLayout.putNetworkInt(block, LiveLayout.SETTINGS_MASK4, (int) settings.mask4());
        LiveLayout.putNetworkLong(block, LiveLayout.SETTINGS_MASK6, settings.highMask6());
        LiveLayout.putNetworkLong(block, LiveLayout.SETTINGS_MASK6 + Long.BYTES, settings.lowMask6());
    }

    private static byte[] read() throws LiveException {
        try (InputStream in = LivePrograms.class.getResourceAsStream(OBJECT)) {
            if (in == null) {
                throw LiveException.noPrograms(
                        "This build has no BPF programs: clang or libbpf's headers were missing when it was made."
                                + " Install them (Debian, Ubuntu: apt-get install clang libbpf-dev; Fedora: dnf install clang"
                                + " libbpf-devel) and build again, or use a released jar, which contains them.");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new LiveException("The BPF programs cannot be read from the jar: " + e.getMessage() + ".", e);
        }
    }

    /** Detaches both programs and lets go of the maps. */
    @Override
    public void close() {
        try {
            links.reversed().forEach(BpfLink::close);
        } finally {
            links.clear();
            object.close();
        }
    }
}
