package dev.tidewait.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** A program of a loaded {@link BpfObject}. Any thread, while the object is open. */
public final class BpfProgram {
    /** enum bpf_attach_type. */
    public enum CgroupHook {
        CONNECT4(10),
        CONNECT6(11);

        private final int number;

        CgroupHook(int number) {
            this.number = number;
        }
    }

    /** BPF_TCX_INGRESS of enum bpf_attach_type; Linux 6.6. */
    private static final int TCX_INGRESS = 46;

    private static final int BPF_F_QUERY_EFFECTIVE = 1;
    private static final int MOST_PROGRAMS = 64;
    /** struct bpf_test_run_opts. */
    private static final int TEST_OPTIONS_BYTES = 80;

    private static final int CONTEXT_OFFSET = 32;
    private static final int CONTEXT_SIZE_OFFSET = 48;
    private static final int RESULT_OFFSET = 56;

    /** struct bpf_prog_info, as long as it has been since Linux 5.13; newer kernels have more at its end. */
    private static final int INFO_BYTES = 216;

    private static final int INFO_RUN_NANOS_OFFSET = 192;
    private static final int INFO_RUN_COUNT_OFFSET = 200;

    private final String name;
    private final MemorySegment program;

    BpfProgram(String name, MemorySegment program) {
        this.name = name;
        this.program = program;
    }

    /**
     * Attaches the program to a cgroup, beside what is attached already.
     *
     * @return what keeps it attached; it ends with this process at the latest
     * @throws LinuxException if the kernel refuses
     */
    public BpfLink attachToCgroup(Path cgroup) {
        int fd = openCgroup(cgroup);
        MemorySegment captured = LibC.captured();
        try {
            BpfLog.clear();
            MemorySegment link = (MemorySegment) LibBpf.ATTACH_CGROUP.invokeExact(captured, program, fd);
            if (link.address() == 0) {
                throw BpfObject.failure(
                        "cannot attach the BPF program " + name + " to " + cgroup,
                        Errno.ofResult(LibC.result(-1, captured)),
                        "Another program may have been attached there exclusively (bpftool cgroup tree shows it).");
            }
            return BpfLink.of(link);
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        } finally {
            LibC.close(fd);
        }
    }

    /**
     * Has a program of the kind {@code tc} see what comes in by a network device, before any other part of the kernel and beside what is attached
     * already (TCX, Linux 6.6).
     *
     * @return what keeps it attached; it ends with this process or with the device at the latest
     * @throws LinuxException if the kernel refuses: EINVAL if it has no TCX
     */
    public BpfLink attachToIngress(NetworkDevice device) {
        BpfLog.clear();
        try {
            int fd =
                    (int) LibBpf.CREATE_LINK.invokeExact(descriptor(), device.index(), TCX_INGRESS, MemorySegment.NULL);
            if (fd < 0) {
                throw BpfObject.failure(
                        "cannot attach the BPF program " + name + " to the network device " + device.name(),
                        Errno.ofResult(fd),
                        "It needs TCX, which Linux has since 6.6; this is "
                                + Kernel.running().release() + ".");
            }
            return BpfLink.of(fd);
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /**
     * Attaches a program whose section says where: a tracing program.
     *
     * @return what keeps it attached; it ends with this process at the latest
     * @throws LinuxException if the kernel refuses
     */
    public BpfLink attach() {
        MemorySegment captured = LibC.captured();
        BpfLog.clear();
        try {
            MemorySegment link = (MemorySegment) LibBpf.ATTACH.invokeExact(captured, program);
            if (link.address() == 0) {
                throw BpfObject.failure(
                        "cannot attach the BPF program " + name, Errno.ofResult(LibC.result(-1, captured)), "");
            }
            return BpfLink.of(link);
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /**
     * How often it has run since it was loaded, and for how long; both only grow while a {@link BpfStatistics} is open.
     *
     * @throws LinuxException if the kernel refuses
     */
    public BpfRunTime runTime() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(INFO_BYTES, 8);
            MemorySegment length = arena.allocate(ValueLayout.JAVA_INT);
            length.set(ValueLayout.JAVA_INT, 0, INFO_BYTES);
            int result = (int) LibBpf.INFO.invokeExact(descriptor(), info, length);
            if (result < 0) {
                throw BpfObject.failure(
                        "cannot ask how long the BPF program " + name + " has run", Errno.ofResult(result), "");
            }
            return new BpfRunTime(
                    info.get(ValueLayout.JAVA_LONG, INFO_RUN_COUNT_OFFSET),
                    info.get(ValueLayout.JAVA_LONG, INFO_RUN_NANOS_OFFSET));
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /**
     * How many programs are effective on a cgroup: attached to it, or inherited from above.
     *
     * @throws LinuxException if it is not a cgroup of version 2, or the kernel refuses
     */
    public static int effectiveOn(Path cgroup, CgroupHook hook) {
        int fd = openCgroup(cgroup);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment flags = arena.allocate(ValueLayout.JAVA_INT);
            MemorySegment ids = arena.allocate(ValueLayout.JAVA_INT, MOST_PROGRAMS);
            MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
            count.set(ValueLayout.JAVA_INT, 0, MOST_PROGRAMS);
            BpfLog.clear();
            int result = (int) LibBpf.QUERY.invokeExact(fd, hook.number, BPF_F_QUERY_EFFECTIVE, flags, ids, count);
            if (result < 0) {
                throw BpfObject.failure(
                        "cannot ask which BPF programs are effective on " + cgroup,
                        Errno.ofResult(result),
                        "Check that it is a cgroup of version 2.");
            }
            return count.get(ValueLayout.JAVA_INT, 0);
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        } finally {
            LibC.close(fd);
        }
    }

    /**
     * Runs a program of the kind {@code syscall} once.
     *
     * @param context what it reads and writes
     * @return its result
     * @throws LinuxException if the kernel refuses
     */
    public int run(MemorySegment context) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment options = arena.allocate(TEST_OPTIONS_BYTES, 8);
            options.set(ValueLayout.JAVA_LONG, 0, TEST_OPTIONS_BYTES);
            options.set(ValueLayout.ADDRESS, CONTEXT_OFFSET, context);
            options.set(ValueLayout.JAVA_INT, CONTEXT_SIZE_OFFSET, (int) context.byteSize());
            int result = (int) LibBpf.TEST_RUN.invokeExact(descriptor(), options);
            if (result < 0) {
                throw BpfObject.failure("cannot run the BPF program " + name, Errno.ofResult(result), "");
            }
            return options.get(ValueLayout.JAVA_INT, RESULT_OFFSET);
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    private int descriptor() {
        try {
            return (int) LibBpf.PROGRAM_FD.invokeExact(program);
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    private static int openCgroup(Path cgroup) {
        int fd = LibC.open(cgroup.toString(), LibC.O_RDONLY | LibC.O_CLOEXEC);
        if (fd < 0) {
            throw new LinuxException(
                    "cannot open the cgroup " + cgroup, Errno.ofResult(fd), "Check that it exists and is readable.");
        }
        return fd;
    }
}
