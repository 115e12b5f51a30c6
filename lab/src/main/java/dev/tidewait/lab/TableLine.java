package dev.tidewait.lab;

/**
 * What one line of the table gave. Immutable.
 *
 * @param plan what was done
 * @param sustained connections served a second just below the limit
 * @param failed failures just below the limit
 * @param youngestNanos youngest age at reuse that the observer saw, both phases
 * @param oldestNanos oldest one
 * @param lostShare share of segments that the observer missed
 * @param servedAbove connections served a second above the limit, over one turn; −1 for the elastic line
 * @param lineGrowth by how much the line grew a second in that turn; −1 for the elastic line
 * @param failedAbove failures above the limit
 */
record TableLine(
        TablePlan plan,
        double sustained,
        long failed,
        long youngestNanos,
        long oldestNanos,
        double lostShare,
        double servedAbove,
        double lineGrowth,
        long failedAbove) {
    private static final double MOST_LOST = 0.001;
    private static final double SERVED_TOLERANCE = 0.02;
    private static final double GROWTH_TOLERANCE = 0.20;

    boolean holds() {
        return failed == 0 && failedAbove == 0 && ageHolds() && lostShare <= MOST_LOST && rateHolds() && aboveHolds();
    }

    private boolean rateHolds() {
        return sustained >= 0.98 * plan.sustainablePerSecond();
    }

    /** A fixed length is never undercut; the elastic age is what the ports allow. */
    private boolean ageHolds() {
        double least = plan.fixed().isPresent()
                ? plan.turn().toNanos()
                : 0.97 * plan.turn().toNanos();
        return youngestNanos >= least;
    }

    private boolean aboveHolds() {
        if (plan.fixed().isEmpty()) {
            return true;
        }
        double wanted = plan.wantedPerSecond();
        double growth = plan.excessivePerSecond() - wanted;
        return Math.abs(servedAbove / wanted - 1) <= SERVED_TOLERANCE
                && Math.abs(lineGrowth / growth - 1) <= GROWTH_TOLERANCE;
    }
}
