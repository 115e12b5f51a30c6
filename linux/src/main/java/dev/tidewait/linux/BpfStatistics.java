package dev.tidewait.linux;

/**
 * While it is open, the kernel measures the run time of every BPF program on this host (BPF_ENABLE_STATS, Linux 5.8; the same as the sysctl
 * kernel.bpf_stats_enabled), which costs each run some tens of nanoseconds. Any thread.
 */
public final class BpfStatistics implements AutoCloseable {
    /** enum bpf_stats_type. */
    private static final int RUN_TIME = 0;

    private final int fd;
    private boolean closed;

    private BpfStatistics(int fd) {
        this.fd = fd;
    }

    /** @throws LinuxException without CAP_SYS_ADMIN, or if the kernel is too old */
    public static BpfStatistics open() {
        BpfLog.clear();
        try {
            int fd = (int) LibBpf.ENABLE_STATISTICS.invokeExact(RUN_TIME);
            if (fd < 0) {
                throw BpfObject.failure("cannot have the run time of BPF programs measured", Errno.ofResult(fd), "");
            }
            return new BpfStatistics(fd);
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /** Closing twice does nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            LibC.close(fd);
        }
    }
}
