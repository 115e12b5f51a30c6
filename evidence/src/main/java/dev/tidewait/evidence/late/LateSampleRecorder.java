package dev.tidewait.evidence.late;

/** Makes a {@link LateSample}; allocates nothing for a segment or a connection. Owned by one thread. */
public final class LateSampleRecorder {
    /** Instead of an age, for a connection without such a segment. */
    public static final long NO_SEGMENT = -1;

    private final LateRecorder towardsFirst = new LateRecorder();
    private final LateRecorder towardsOther = new LateRecorder();
    private final long[] watched = new long[AgeBuckets.count()];
    private final long[] latest = new long[AgeBuckets.count()];
    private final long[] latestNeeding = new long[AgeBuckets.count()];

    /** @param toFirst whether it went to the end that closed first */
    public void segment(LateKind kind, boolean toFirst, long ageNanos) {
        (toFirst ? towardsFirst : towardsOther).record(kind, ageNanos);
    }

    /**
     * The watch of a connection is over.
     *
     * @param latestNanos age of its latest late segment, or {@link #NO_SEGMENT}
     * @param latestNeedingNanos the same of those for which {@link LateKind#needsTimeWait}
     */
    public void connection(long watchedNanos, long latestNanos, long latestNeedingNanos) {
        watched[AgeBuckets.indexOf(watchedNanos)]++;
        if (latestNanos != NO_SEGMENT) {
            latest[AgeBuckets.indexOf(latestNanos)]++;
        }
        if (latestNeedingNanos != NO_SEGMENT) {
            latestNeeding[AgeBuckets.indexOf(latestNeedingNanos)]++;
        }
    }

    /** What was recorded until now. */
    public LateSample snapshot() {
        return new LateSample(
                towardsFirst.snapshot(),
                towardsOther.snapshot(),
                AgeCounts.of(watched),
                AgeCounts.of(latest),
                AgeCounts.of(latestNeeding));
    }
}
