package dev.tidewait.ports;

/**
 * Which stripe a lease comes from: the caller's own unless another has a clearly better port. Any thread.
 *
 * <p>Hazard: hints are read without locks. Another thread may take, or give back, an older port in the same moment; then the choice was
 * right a moment ago. No lease is lost by it: before this class says that there is nothing it has asked every stripe without a condition.
 */
final class StripeChoice {
    /*
     * The rule takes the oldest port of the whole destination; a lock for each event loop wants every loop to stay on its own. Both come
     * true because loops at about the same rate age their stripes alike: a loop stays at home as long as its own oldest port is
     * not clearly younger than the others', and one that works harder than the rest takes the difference from them.
     *
     * What is guaranteed, where P is leased and Q is a port of another stripe that could have been:
     *   - if Q was never used, P was not either, or is as good as new (rule 1);
     *   - if Q is a first choice, so is P, and P is older than Q, or as good as new, or younger by at most the slack.
     *
     * A stripe that is asked under a condition and refuses has corrected its hint, so the next question goes elsewhere or is the last. Two
     * locks are never held at once.
     */

    /** Younger by so much is as good. Sixteen times the clock's unit: less would send loops to and fro with each rounding. */
    static final long LEAST_SLACK_MILLIS = 16;

    /** Or by this part of the age, as a power of two: 1/64 is half a second at 30 s. */
    private static final int SLACK_SHIFT = 6;

    /** Against loops that correct each other's hints for ever; alone, as many as there are stripes are enough. */
    private static final int MOST_ATTEMPTS_PER_STRIPE = 4;

    private final LedgerStripe[] stripes;
    private final StripeHints hints;
    private final long asNewMillis;

    /** @param asNewMillis the age from which a port is as good as one never used */
    StripeChoice(LedgerStripe[] stripes, StripeHints hints, long asNewMillis) {
        this.stripes = stripes;
        this.hints = hints;
        this.asNewMillis = asNewMillis;
    }

    /** Fills {@code lease}; false if no stripe has a port that may be used now. */
    boolean take(Lease lease, int stripe, PortSet blocked, long leastAgeMillis, long nowMillis) {
        if (stripes.length == 1) {
            return stripes[0].lease(lease, blocked, leastAgeMillis, LedgerStripe.ANY, nowMillis);
        }
        int own = stripe < stripes.length ? stripe : stripe % stripes.length;
        long others = oldestBut(own, leastAgeMillis, nowMillis);
        return stripes[own].lease(lease, blocked, leastAgeMillis, latestAtHome(others, nowMillis), nowMillis)
                || takeOldest(lease, own, blocked, leastAgeMillis, nowMillis)
                || takeAny(lease, own, blocked, leastAgeMillis, nowMillis);
    }

    /** The release time up to which a port of one's own is good enough. */
    private long latestAtHome(long others, long nowMillis) {
        if (others == StripeHints.NONE) {
            return LedgerStripe.ANY;
        }
        long slack = Math.max(LEAST_SLACK_MILLIS, (nowMillis - others) >> SLACK_SHIFT);
        return Math.max(others + slack, nowMillis - asNewMillis);
    }

    private boolean takeOldest(Lease lease, int own, PortSet blocked, long leastAgeMillis, long nowMillis) {
        for (int i = MOST_ATTEMPTS_PER_STRIPE * stripes.length; i > 0; i--) {
            int best = own;
            long oldest = oldest(own, leastAgeMillis, nowMillis);
            for (int j = 0; j < stripes.length; j++) {
                long other = oldest(j, leastAgeMillis, nowMillis);
                if (other < oldest) {
                    best = j;
                    oldest = other;
                }
            }
            if (oldest == StripeHints.NONE) {
                return false;
            }
            long latest = Math.min(oldestBut(best, leastAgeMillis, nowMillis), LedgerStripe.ANY_FIRST_CHOICE);
            if (stripes[best].lease(lease, blocked, leastAgeMillis, latest, nowMillis)) {
                return true;
            }
        }
        return false;
    }

    private boolean takeAny(Lease lease, int own, PortSet blocked, long leastAgeMillis, long nowMillis) {
        for (int i = 0; i < stripes.length; i++) {
            int next = own + i < stripes.length ? own + i : own + i - stripes.length;
            if (stripes[next].lease(lease, blocked, leastAgeMillis, LedgerStripe.ANY, nowMillis)) {
                return true;
            }
        }
        return false;
    }

    private long oldestBut(int stripe, long leastAgeMillis, long nowMillis) {
        long oldest = StripeHints.NONE;
        for (int i = 0; i < stripes.length; i++) {
            if (i != stripe) {
                oldest = Math.min(oldest, oldest(i, leastAgeMillis, nowMillis));
            }
        }
        return oldest;
    }

    private long oldest(int stripe, long leastAgeMillis, long nowMillis) {
        long oldest = hints.oldestMillis(stripe, nowMillis);
        return nowMillis - oldest < leastAgeMillis ? StripeHints.NONE : oldest;
    }
}
