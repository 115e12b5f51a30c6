package dev.tidewait.lab;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What one line of the table gave. Immutable.
 *
 * @param plan what was done
 * @param sustained connections served a second just below the limit
 * @param failed failures just below the limit
 * @param youngestNanos youngest age at reuse that the observer saw, both phases
 * @param meanNanos mean of all ages at reuse
 * @param oldestNanos oldest one
 * @param lostShare share of segments that the observer missed
 * @param servedAbove connections served a second above the limit, over whole turns; −1 for the elastic line
 * @param lineGrowth by how much the line grew a second in them; −1 for the elastic line
 * @param failedAbove failures above the limit
 */
record TableLine(
        TablePlan plan,
        double sustained,
        long failed,
        long youngestNanos,
        double meanNanos,
        long oldestNanos,
        double lostShare,
        double servedAbove,
        double lineGrowth,
        long failedAbove) {
    private static final double MOST_LOST = 0.001;
    private static final double SUSTAINED_TOLERANCE = 0.02;
    /** What was asked for at the very end may take so long; it counts as served, but also as time. */
    private static final double LAST_SECONDS = 1;

    private static final double SERVED_TOLERANCE = 0.02;
    private static final double GROWTH_TOLERANCE = 0.20;
    /** Event loops borrow from each other only what is clearly older, and the load is not quite even. */
    private static final double UNEVENNESS = 0.03;

    boolean holds() {
        return complaints().isEmpty();
    }

    /** What is not as it should be, one sentence each. */
    List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        if (failed + failedAbove > 0) {
            complaints.add(text("%,d connections failed", failed + failedAbove));
        }
        if (lostShare > MOST_LOST) {
            complaints.add(
                    text("the observer lost %.2f %% of the segments, so its ages prove nothing", lostShare * 100));
        }
        double asked = plan.sustainablePerSecond();
        double seconds = plan.sustainFor().toSeconds();
        if (sustained * (seconds + LAST_SECONDS) < asked * seconds * (1 - SUSTAINED_TOLERANCE)) {
            complaints.add(text("sustained %,.0f/s where %,.0f/s were asked", sustained, asked));
        }
        addAges(complaints);
        if (plan.fixed().isPresent()) {
            addAbove(complaints);
        }
        return complaints;
    }

    /** A fixed length is never undercut; the elastic age is what the ports allow. */
    private void addAges(List<String> complaints) {
        double turn = plan.turn().toNanos();
        double least = plan.fixed().isPresent() ? turn : turn * (1 - UNEVENNESS);
        if (youngestNanos < least) {
            complaints.add(text("youngest age %.4f s, least %.2f s", youngestNanos / 1e9, least / 1e9));
        }
    }

    private void addAbove(List<String> complaints) {
        double wanted = plan.wantedPerSecond();
        double growth = plan.excessivePerSecond() - wanted;
        if (Math.abs(servedAbove / wanted - 1) > SERVED_TOLERANCE) {
            complaints.add(text("above the limit %,.1f/s were served, not %,.1f/s ± 2 %%", servedAbove, wanted));
        }
        if (Math.abs(lineGrowth / growth - 1) > GROWTH_TOLERANCE) {
            complaints.add(text("above the limit the line grew by %,.1f/s, not %,.1f/s ± 20 %%", lineGrowth, growth));
        }
    }

    @FormatMethod
    private static String text(@FormatString String format, Object... figures) {
        return String.format(Locale.ROOT, format, figures);
    }
}
