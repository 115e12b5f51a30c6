package dev.tidewait.evidence.late;

/**
 * Connections that closed while somebody watched, and what reached their four-tuples afterwards. Immutable, any thread; samples add up.
 *
 * <p>A four-tuple is watched from close until a new incarnation begins on it, the capture ends, or the instrument's horizon passes. A connection that was
 * watched for 3 s says nothing about 10 s, so each threshold has its own number of connections: {@link #watchedLongerThan}. What comes after the watch is
 * unseen (censored) and so never counted as absent from those.
 *
 * @param towardsFirst segments that reached, or were on the way to, the end that closed first: the one in TIME_WAIT
 * @param towardsOther the same for the other end
 * @param watched connections by how long they were watched
 * @param latest connections with a late segment, by the age of the latest one
 * @param latestNeeding the same, counting only kinds for which {@link LateKind#needsTimeWait}
 */
public record LateSample(
        LateHistogram towardsFirst,
        LateHistogram towardsOther,
        AgeCounts watched,
        AgeCounts latest,
        AgeCounts latestNeeding) {
    /** No connection. */
    public static final LateSample NONE =
            new LateSample(LateHistogram.NONE, LateHistogram.NONE, AgeCounts.NONE, AgeCounts.NONE, AgeCounts.NONE);

    /** @throws IllegalArgumentException if more connections had a late segment than were watched for so long */
    public LateSample {
        requireWatched(watched, latest, "a late segment");
        requireWatched(watched, latestNeeding, "a late FIN or data");
    }

    private static void requireWatched(AgeCounts watched, AgeCounts latest, String what) {
        long silent = 0;
        for (int bucket = AgeBuckets.count() - 1; bucket >= 0; bucket--) {
            silent = Math.addExact(silent, watched.get(bucket) - latest.get(bucket));
            if (silent < 0) {
                int millis = bucket == 0 ? 0 : AgeBuckets.upperMillis()[bucket - 1];
                throw new IllegalArgumentException(
                        "more connections had " + what + " after " + millis + " ms than were watched for so long");
            }
        }
    }

    public LateSample plus(LateSample other) {
        return new LateSample(
                towardsFirst.plus(other.towardsFirst),
                towardsOther.plus(other.towardsOther),
                watched.plus(other.watched),
                latest.plus(other.latest),
                latestNeeding.plus(other.latestNeeding));
    }

    /** Connections that closed. */
    public long connectionCount() {
        return watched.total();
    }

    /** Late segments towards both ends. */
    public LateHistogram segments() {
        return towardsFirst.plus(towardsOther);
    }

    /** Connections that can tell about segments later than so many milliseconds, a bound of {@link AgeBuckets}. */
    public long watchedLongerThan(int millis) {
        return watched.laterThan(millis);
    }
}
