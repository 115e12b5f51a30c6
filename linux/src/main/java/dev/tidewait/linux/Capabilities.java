package dev.tidewait.linux;

/**
 * The effective capabilities of one thread at one moment. Immutable, any thread. They count in the thread's own user
 * namespace: in a container they may be there and yet not reach the network namespace, which only {@link FeatureProbes} tell.
 *
 * @param effectiveMask one bit per capability
 */
public record Capabilities(long effectiveMask) {
    private static final String PATH = "/proc/thread-self/status";
    private static final String FIELD = "CapEff:";

    /**
     * Those of the calling thread.
     *
     * @throws LinuxException if /proc is not mounted
     */
    public static Capabilities ofThisThread() {
        String status = ProcFile.read(PATH, "cannot read " + PATH, "Check that /proc is mounted.");
        return status.lines()
                .filter(line -> line.startsWith(FIELD))
                .map(line -> line.substring(FIELD.length()).strip())
                .map(hex -> new Capabilities(Long.parseUnsignedLong(hex, 16)))
                .findFirst()
                .orElseThrow(() -> new LinuxException(PATH + " has no line " + FIELD, Errno.NONE, "Report this."));
    }

    /** True if the thread has it. */
    public boolean has(Capability capability) {
        return (effectiveMask >>> capability.number() & 1) != 0;
    }
}
