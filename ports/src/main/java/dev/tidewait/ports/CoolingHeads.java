package dev.tidewait.ports;

import java.util.Arrays;

/**
 * When the oldest cooling port of each floor class of each ledger of a stripe was released. Not thread safe: guarded by its {@link
 * LedgerStripe}.
 *
 * <p>It repeats what the heads of the queues say, side by side, so that a lease looks at one array instead of following three
 * references for each of sources × classes.
 */
final class CoolingHeads {
    /** Nothing cools there; so late that it is past no floor, and a difference to it does not overflow. */
    static final long NONE = Long.MAX_VALUE / 2;

    private final FloorClasses classes;
    private final long[] releasedMillis;
    /** Release plus floor. */
    private final long[] readyMillis;

    private final boolean[] secondChoice;
    /** See {@link #wakesMillis()}; for heads that came since {@link #lookForOldest} it may be the past. */
    private long wakesMillis = NONE;

    private long wakingMillis = NONE;

    CoolingHeads(FloorClasses classes, int ledgers) {
        this.classes = classes;
        int heads = ledgers * FloorClasses.COUNT;
        this.releasedMillis = new long[heads];
        this.readyMillis = new long[heads];
        this.secondChoice = new boolean[heads];
        for (int i = 0; i < heads; i++) {
            secondChoice[i] = classes.isSecondChoice(classOf(i));
        }
        Arrays.fill(releasedMillis, NONE);
        Arrays.fill(readyMillis, NONE);
    }

    void set(int ledger, int floorClass, long millis) {
        int at = ledger * FloorClasses.COUNT + floorClass;
        boolean cameBefore = millis < releasedMillis[at];
        releasedMillis[at] = millis;
        readyMillis[at] = millis + classes.floorMillis(floorClass);
        if (cameBefore) {
            leaveOut(at);
        }
    }

    /** Until {@link #lookForOldest} sorts it out. */
    private void leaveOut(int at) {
        wakesMillis = Math.min(wakesMillis, firstChoiceFrom(at));
        wakingMillis = Math.min(wakingMillis, releasedMillis[at]);
    }

    void clear(int ledger, int floorClass) {
        int at = ledger * FloorClasses.COUNT + floorClass;
        releasedMillis[at] = NONE;
        readyMillis[at] = NONE;
    }

    /**
     * The best choice now: first choices before second ones, older before younger. {@link #ledgerOf} and {@link #classOf} say where.
     *
     * @param leastAgeMillis an age below which nothing is taken whatever its class says (a destination that shows trouble)
     * @param latestMillis only first choices released until then; {@link #NONE} = any, also a second choice
     * @return −1 if no such head is past its floor
     */
    int best(long nowMillis, long leastAgeMillis, long latestMillis) {
        int first = -1;
        int second = -1;
        long firstReleased = NONE;
        long secondReleased = NONE;
        for (int i = 0; i < readyMillis.length; i++) {
            if (readyMillis[i] > nowMillis || nowMillis - releasedMillis[i] < leastAgeMillis) {
                continue;
            }
            long released = releasedMillis[i];
            if (!secondChoice[i] || nowMillis - released >= TimeWaitRule.KERNEL_TIME_WAIT_MILLIS) {
                if (released < firstReleased) {
                    first = i;
                    firstReleased = released;
                }
            } else if (released < secondReleased) {
                second = i;
                secondReleased = released;
            }
        }
        if (first >= 0) {
            return firstReleased <= latestMillis ? first : -1;
        }
        return latestMillis == NONE ? second : -1;
    }

    /** When the head that {@link #best} named was released; {@link #NONE} if it is a second choice. */
    long firstChoiceMillis(int best, long nowMillis) {
        return firstChoiceFrom(best) <= nowMillis ? releasedMillis[best] : NONE;
    }

    private long firstChoiceFrom(int at) {
        return secondChoice[at]
                ? Math.max(readyMillis[at], releasedMillis[at] + TimeWaitRule.KERNEL_TIME_WAIT_MILLIS)
                : readyMillis[at];
    }

    /** When the oldest first choice past its floor was released; {@link #NONE} if there is none. Sorts out anew what is not. */
    long lookForOldest(long nowMillis) {
        long oldest = NONE;
        wakesMillis = NONE;
        wakingMillis = NONE;
        for (int i = 0; i < readyMillis.length; i++) {
            long from = firstChoiceFrom(i);
            if (from <= nowMillis) {
                oldest = Math.min(oldest, releasedMillis[i]);
            } else {
                leaveOut(i);
            }
        }
        return oldest;
    }

    /** When the first of the heads becomes a first choice that was none when {@link #lookForOldest} looked; {@link #NONE} = none. */
    long wakesMillis() {
        return wakesMillis;
    }

    /** When those heads were released at the earliest. */
    long wakingMillis() {
        return wakingMillis;
    }

    static int ledgerOf(int best) {
        return best / FloorClasses.COUNT;
    }

    static int classOf(int best) {
        return best % FloorClasses.COUNT;
    }
}
