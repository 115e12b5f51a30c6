package dev.tidewait.evidence.late;

/**
 * Which length of TIME_WAIT would have been enough, so that at most a given share of connections has a later segment: at 95 % confidence, as far as a sample
 * can tell. The confidence is that of one length by itself.
 */
public sealed interface Sufficiency {
    /** The share of connections that may have a later segment. */
    double risk();

    /**
     * The sample shows that this length is enough.
     *
     * @param millis the shortest bound of {@link AgeBuckets} of which that can be said
     * @param later connections with a later segment
     * @param watched connections that were watched longer
     */
    record Enough(double risk, int millis, long later, long watched) implements Sufficiency {}

    /**
     * The sample is too small for any length.
     *
     * @param millis the length that needs fewest further connections
     * @param later connections with a later segment
     * @param watched connections that were watched longer
     * @param more further connections, watched longer and without a later segment, that would show that {@code millis} is enough
     */
    record TooFew(double risk, int millis, long later, long watched, long more) implements Sufficiency {}

    /**
     * Asks a sample.
     *
     * @param latest connections by the age of their latest segment
     * @param watched connections by how long they were watched
     */
    static Sufficiency of(double risk, AgeCounts latest, AgeCounts watched) {
        TooFew nearest = new TooFew(risk, 0, 0, 0, Long.MAX_VALUE);
        for (int millis : AgeBuckets.upperMillis()) {
            long later = latest.laterThan(millis);
            long connections = watched.laterThan(millis);
            if (ClopperPearson.upper(later, connections) <= risk) {
                return new Enough(risk, millis, later, connections);
            }
            long more = ClopperPearson.triesFor(later, risk) - connections;
            if (more < nearest.more()) {
                nearest = new TooFew(risk, millis, later, connections, more);
            }
        }
        return nearest;
    }
}
