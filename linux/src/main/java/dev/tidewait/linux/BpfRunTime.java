package dev.tidewait.linux;

/**
 * How often a BPF program has run, and for how long in all. Immutable, any thread.
 *
 * @param runs how often
 * @param nanos in all, the kernel's own clock readings before and after each run included
 */
public record BpfRunTime(long runs, long nanos) {
    /** What has come since an earlier reading. */
    public BpfRunTime since(BpfRunTime earlier) {
        return new BpfRunTime(runs - earlier.runs, nanos - earlier.nanos);
    }
}
