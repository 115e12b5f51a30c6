package dev.tidewait.hook.reap;

/** A shorter TIME_WAIT: whatever is so old goes. Immutable but for the cost that it looks at. */
final class TimeWaitPlan implements PassPlan {
    /** Sockets may get older than asked for by this part. */
    private static final double LATENESS = 0.05;

    private final long millis;
    private final PassCost cost;

    TimeWaitPlan(long millis, PassCost cost) {
        this.millis = millis;
        this.cost = cost;
    }

    @Override
    public long leastAgeMillis() {
        return millis;
    }

    @Override
    public int wanted(Pair pair, int portCount) {
        return pair.timeWait - pair.tooYoung;
    }

    @Override
    public double dueMillis(Pair pair, int portCount) {
        // A socket of which nothing is known yet is younger than the oldest that was left.
        double untilOldest = (double) millis - pair.oldestTooYoungMillis;
        return Math.max(untilOldest, Math.clamp(millis * LATENESS, cost.shortestMillis(), cost.usualMillis()));
    }

    @Override
    public double longestMillis() {
        return Math.max((double) millis, cost.shortestMillis());
    }

    @Override
    public boolean isPressed(Pairs pairs, int portCount, double sinceMillis, long opened) {
        return false; // ages do not depend on how many there are
    }
}
