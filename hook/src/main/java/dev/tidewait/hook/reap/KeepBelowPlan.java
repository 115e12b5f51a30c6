package dev.tidewait.hook.reap;

/**
 * Keeps each pair below its share of the ports until the next pass: destroys down to a low water mark, the limit less what will be opened
 * until then. Immutable but for the cost that it looks at.
 *
 * <p>At a rate r, sockets younger than the floor f are r·f, which nobody may touch. What is left between them and the limit is the room; the
 * time until the next pass is as long as the room allows, because passes cost, but no longer than usual, because a socket should get as
 * old as it can.
 */
final class KeepBelowPlan implements PassPlan {
    /** Part of the room that is planned with; the rest is for rates that rise. */
    private static final double PRUDENCE = 0.9;

    /** Everything unusual shows in the count of opened connections before; this is for what that count does not know. */
    private static final double LONGEST_MILLIS = 10_000;

    /** A pair whose rate is not known is looked at when it may have filled half of its room. */
    private static final double HASTE = 2;

    private final double share;
    private final long floorMillis;
    private final PassCost cost;

    KeepBelowPlan(double share, long floorMillis, PassCost cost) {
        this.share = share;
        this.floorMillis = floorMillis;
        this.cost = cost;
    }

    @Override
    public long leastAgeMillis() {
        return floorMillis;
    }

    @Override
    public int wanted(Pair pair, int portCount) {
        double perMilli = pair.perMilli();
        double expected = perMilli == 0 ? 0 : perMilli * horizonMillis(pair, portCount, perMilli);
        int lowWater = (int) Math.max(0, limit(portCount) - Math.ceil(expected));
        return Math.clamp((long) pair.used() - lowWater, 0, pair.timeWait);
    }

    @Override
    public double dueMillis(Pair pair, int portCount) {
        double left = limit(portCount) - pair.usedAfter();
        double perMilli = pair.perMilli();
        if (left > 0) {
            return perMilli == 0 ? Double.POSITIVE_INFINITY : Math.max(left / perMilli, cost.shortestMillis());
        }
        // Nothing more can be done before the next one reaches the floor.
        return pair.tooYoung == 0
                ? cost.usualMillis()
                : Math.max((double) floorMillis - pair.oldestTooYoungMillis, cost.shortestMillis());
    }

    @Override
    public double longestMillis() {
        return LONGEST_MILLIS;
    }

    @Override
    public boolean isPressed(Pairs pairs, int portCount, double sinceMillis, long opened) {
        double expected = 0;
        for (int i = 0; i < pairs.size(); i++) {
            expected += pairs.get(i).perMilli() * sinceMillis;
        }
        // Nobody knows whose they are, so they may be those of any pair, or of a new one; and as many may come until
        // the next look.
        double unexpected = Math.max(0, opened - expected) * HASTE;
        if (unexpected >= limit(portCount)) {
            return true;
        }
        for (int i = 0; i < pairs.size(); i++) {
            Pair pair = pairs.get(i);
            double left = limit(portCount) - pair.usedAfter();
            if (pair.chosen && left > 0 && pair.perMilli() * sinceMillis + unexpected >= left) {
                return true;
            }
        }
        return false;
    }

    private double horizonMillis(Pair pair, int portCount, double perMilli) {
        double room = limit(portCount) - pair.live - pair.finWait2 - perMilli * floorMillis;
        return Math.clamp(PRUDENCE * room / perMilli, cost.shortestMillis(), cost.usualMillis());
    }

    private double limit(int portCount) {
        return Math.floor(share * portCount);
    }
}
