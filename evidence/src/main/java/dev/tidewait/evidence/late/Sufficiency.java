package dev.tidewait.evidence.late;

/**
 * Which length of TIME_WAIT would have been enough, so that at most a given share of connections has a later segment: at 95 % confidence, as far as a sample
 * can tell.
 *
 * <p>Every bound of {@link AgeBuckets} is a length that may be tested, and of 72 tests some pass by luck. So they have an order: from the longest one of which
 * the sample can show anything down to the first that fails. Each is made at 5 %, and since none follows a failed one, all of them together still err in
 * at most one of twenty studies (a fixed sequence of hypotheses: Maurer, Hothorn and Lehmacher 1995). The price: what is shorter than a failed one cannot be shown.
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
     * The longest length that can be tested was not enough: more than the risk had a later segment.
     *
     * @param millis that length
     * @param later connections with a later segment
     * @param watched connections that were watched longer
     */
    record NotEnough(double risk, int millis, long later, long watched) implements Sufficiency {}

    /**
     * The sample is too small for any length.
     *
     * @param millis the shortest length after which nothing came; the longest of all if there is none
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
        long fewest = ClopperPearson.triesFor(0, risk); // with fewer, no length can pass
        int[] bounds = AgeBuckets.upperMillis();
        Sufficiency known = untested(risk, latest, watched);
        for (int i = bounds.length - 1; i >= 0; i--) {
            long later = latest.laterThan(bounds[i]);
            long connections = watched.laterThan(bounds[i]);
            if (connections < fewest) {
                continue;
            }
            if (ClopperPearson.upper(later, connections) > risk) {
                boolean first = !(known instanceof Enough);
                return first && later > risk * connections ? new NotEnough(risk, bounds[i], later, connections) : known;
            }
            known = new Enough(risk, bounds[i], later, connections);
        }
        return known;
    }

    private static Sufficiency untested(double risk, AgeCounts latest, AgeCounts watched) {
        int[] bounds = AgeBuckets.upperMillis();
        int quiet = 0;
        while (quiet < bounds.length - 1 && latest.laterThan(bounds[quiet]) > 0) {
            quiet++;
        }
        long later = latest.laterThan(bounds[quiet]);
        long connections = watched.laterThan(bounds[quiet]);
        return later > risk * connections
                ? new NotEnough(risk, bounds[quiet], later, connections)
                : new TooFew(
                        risk, bounds[quiet], later, connections, ClopperPearson.triesFor(later, risk) - connections);
    }
}
