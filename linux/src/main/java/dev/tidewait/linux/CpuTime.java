package dev.tidewait.linux;

/** CPU time used so far, in the kernel's nanoseconds (clock_gettime(2)). Stateless, any thread. */
public final class CpuTime {
    private static final int CLOCK_PROCESS_CPUTIME_ID = 2;
    private static final int CLOCK_THREAD_CPUTIME_ID = 3;

    private CpuTime() {}

    /** Of all threads of this process, those that have ended included. */
    public static long ofThisProcessNanos() {
        return nanos(CLOCK_PROCESS_CPUTIME_ID);
    }

    /** Of the calling thread. */
    public static long ofThisThreadNanos() {
        return nanos(CLOCK_THREAD_CPUTIME_ID);
    }

    private static long nanos(int clock) {
        long nanos = LibC.clockNanos(clock);
        if (nanos < 0) {
            throw new LinuxException(
                    "cannot read the CPU time", Errno.ofResult((int) nanos), "Report this with the kernel release.");
        }
        return nanos;
    }
}
