package dev.tidewait.lab.churn;

import dev.tidewait.lab.Verdict;
import dev.tidewait.lab.product.HookCount;
import java.util.List;
import java.util.Locale;

/**
 * What {@code lab churn --under run} claims of the ports. No state.
 *
 * <p>A hook cannot let a connect wait: where no port among the next 32 has rested, the kernel chooses, as it would without Tidewait. That may be so for
 * one connect in a hundred; in a storm for ten. A connection whose packets got lost ends seconds late, and a port that has just come to its rest when
 * its turn comes keeps its place for up to a second: at 4,000 a second the 31 behind it last for 8 ms of that.
 */
final class HookVerdicts {
    static final String NOT_BELOW = "no four-tuple that tidewait run chose is used again below its floor";

    /**
     * Reuses below the floor that may be put down to a FIN that came again and was answered with RST: a few where the link or the machine stood still
     * for a while. More would be a fault of the rule's.
     */
    private static final double MOST_AFTER_FIN = 0.01;

    private static final int LEAST_PERCENT = 99;
    private static final int LEAST_PERCENT_IN_STORM = 90;

    private HookVerdicts() {}

    static List<Verdict> of(ChurnResult result, Account.OfHook hook) {
        return List.of(ages(result, hook), chosen(result, hook));
    }

    private static Verdict ages(ChurnResult result, Account.OfHook hook) {
        HookAges ages = hook.ages();
        HookCount count = hook.count();
        long leastMillis = result.plan().leastFloor().toMillis();
        // The first use of a port is no reuse.
        double matched =
                (double) (ages.observed() + ages.afterFin() + result.plan().portCount()) / Math.max(1, count.chosen());
        return Verdict.of(
                ages.observed() > 0
                        && ages.below() == 0
                        && ages.afterFin() <= MOST_AFTER_FIN * ages.observed()
                        && count.youngestMillis() >= leastMillis
                        && matched >= ChurnVerdicts.LEAST_MATCHED
                        && result.observed().lostShare() <= ChurnVerdicts.MOST_UNSEEN,
                NOT_BELOW,
                "hook: youngest %.3f s; observer: %,d reuses, %,d below by more than %d ms, youngest %.3f s, and %,d after a FIN that"
                        + " the server had sent again, answered by RST; %.4f %% of the segments unseen; %,d reuses of ports that the kernel"
                        + " chose are not judged%s",
                count.youngestMillis() / 1e3,
                ages.observed(),
                ages.below(),
                ReuseAges.LAST_ANSWER_MILLIS,
                ages.youngestNanos() / 1e9,
                ages.afterFin(),
                result.observed().lostShare() * 100,
                ages.kernelsOwn(),
                howOften(result));
    }

    /** Whoever reads of a floor that held should know whether it was tried. */
    private static String howOften(ChurnResult result) {
        ChurnPlan plan = result.plan();
        long done = result.shortOnes().shortOnes().done();
        return plan.weather() != Weather.Kind.STORM || done == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "; in this storm ports came back after %.1f s on average; --weather wind tries the floor",
                        (plan.portCount() - plan.longLived()) * result.seconds() / done);
    }

    /** Those that live long count by themselves: if they had the kernel's ports, their peace would say nothing of the rule. */
    private static Verdict chosen(ChurnResult result, Account.OfHook hook) {
        HookCount count = hook.count();
        int leastPercent = result.plan().weather() == Weather.Kind.STORM ? LEAST_PERCENT_IN_STORM : LEAST_PERCENT;
        return Verdict.of(
                100 * count.chosenShare() >= leastPercent
                        && 100 * hook.heldOnItsPorts() >= leastPercent * result.heldAtEnd(),
                "tidewait run chose at least " + leastPercent + " ports of 100",
                "%.3f %%: %,d of %,d on %,d ports, %,d by the kernel, which had none left for %,d, %,d left alone; of %,d held"
                        + " at the end %,d on ports of its own",
                count.chosenShare() * 100,
                count.chosen(),
                count.all(),
                result.plan().portCount(),
                count.kernelChose(),
                result.allShort().noPort() + result.longOnes().longOnes().noPort(),
                count.leftAlone(),
                result.heldAtEnd(),
                hook.heldOnItsPorts());
    }
}
