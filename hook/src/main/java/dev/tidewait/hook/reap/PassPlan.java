package dev.tidewait.hook.reap;

/** How many sockets of a pair are to go in a pass, and when the pair needs the next one. Owned by one thread. */
sealed interface PassPlan permits TimeWaitPlan, KeepBelowPlan {
    static PassPlan of(ReapSettings settings, PassCost cost) {
        return switch (settings.goal()) {
            case ReapGoal.TimeWait goal -> new TimeWaitPlan(goal.millis(), cost);
            case ReapGoal.KeepBelow goal -> new KeepBelowPlan(goal.share(), settings.floorMillis(), cost);
        };
    }

    /** Age from which a socket may go; never below the floor. */
    long leastAgeMillis();

    /** How many of the pair's oldest should go now. */
    int wanted(Pair pair, int portCount);

    /** Milliseconds from this pass to the next one that the pair needs; {@code pair.taken} is known. */
    double dueMillis(Pair pair, int portCount);

    /** Milliseconds to the next pass if no pair needs an earlier one: a new pair may come up at any time. */
    double longestMillis();

    /**
     * Whether a pass is needed earlier than planned.
     *
     * @param sinceMillis time since the last pass
     * @param opened connections opened from this host since then, to wherever
     */
    boolean isPressed(Pairs pairs, int portCount, double sinceMillis, long opened);
}
