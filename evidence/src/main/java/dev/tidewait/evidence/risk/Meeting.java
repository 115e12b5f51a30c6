package dev.tidewait.evidence.risk;

/**
 * When a spurious copy of a segment finds a later incarnation alive: a four-tuple that is used, rests for its age, is used again, and so on. Immutable.
 *
 * @param ageSeconds from the end of one incarnation to the beginning of the next
 * @param openSeconds how long the first is live
 * @param laterSeconds how long each later one is live
 * @param sent when the copied segments are sent
 */
public record Meeting(double ageSeconds, double openSeconds, double laterSeconds, SendTimes sent) {
    /** Later incarnations beyond this are left out; their tail adds nothing that shows. */
    private static final int MOST_ROUNDS = 100_000;

    public Meeting {
        if (!(ageSeconds >= 0 && openSeconds > 0 && laterSeconds > 0)) {
            throw new IllegalArgumentException(
                    "an age is 0 or more and a life above 0, not " + ageSeconds + " and " + openSeconds);
        }
    }

    /** All lives are alike, and segments are sent evenly over them. */
    public Meeting(double ageSeconds, double openSeconds) {
        this(ageSeconds, openSeconds, openSeconds, SendTimes.evenly(openSeconds));
    }

    /** The most it can be, whatever the next incarnations do: the copy of a last segment is later than the age. */
    public double atMost(DelayTail tail) {
        return tail.beyond(ageSeconds);
    }

    /**
     * The probability that a copy reaches the given later incarnation.
     *
     * @param later 1 for the next
     */
    public double probability(DelayTail tail, int later) {
        double sum = 0;
        for (int i = 0; i < sent.seconds().size(); i++) {
            double beforeEnd = Math.max(0, openSeconds - sent.seconds().get(i));
            double begins = beforeEnd + later * ageSeconds + (later - 1) * laterSeconds;
            sum += sent.shares().get(i) * (tail.beyond(begins) - tail.beyond(begins + laterSeconds));
        }
        return sum;
    }

    /**
     * The mean over all copies where a four-tuple has so many incarnations, the last of which meets nothing any more.
     *
     * @param incarnations of each four-tuple, at least 1
     */
    public double probability(DelayTail tail, double incarnations) {
        double sum = 0;
        for (int later = 1; later < Math.min(incarnations, MOST_ROUNDS); later++) {
            double share = (incarnations - later) / incarnations; // of the copies have such a one before them
            double met = share * probability(tail, later);
            sum += met;
            if (met < sum * 1e-9) {
                break;
            }
        }
        return sum;
    }
}
