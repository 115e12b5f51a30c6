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
    private static final long NONE = Long.MAX_VALUE / 2;

    private final FloorClasses classes;
    private final int classCount;
    private final long[] releasedMillis;
    /** Release plus floor. */
    private final long[] readyMillis;

    private final boolean[] secondChoice;

    CoolingHeads(FloorClasses classes, int ledgers) {
        this.classes = classes;
        this.classCount = classes.count();
        this.releasedMillis = new long[ledgers * classCount];
        this.readyMillis = new long[ledgers * classCount];
        this.secondChoice = new boolean[ledgers * classCount];
        for (int i = 0; i < secondChoice.length; i++) {
            secondChoice[i] = classes.isSecondChoice(i % classCount);
        }
        Arrays.fill(releasedMillis, NONE);
        Arrays.fill(readyMillis, NONE);
    }

    void set(int ledger, int floorClass, long millis) {
        int at = ledger * classCount + floorClass;
        releasedMillis[at] = millis;
        readyMillis[at] = millis + classes.floorMillis(floorClass);
    }

    void clear(int ledger, int floorClass) {
        int at = ledger * classCount + floorClass;
        releasedMillis[at] = NONE;
        readyMillis[at] = NONE;
    }

    /**
     * The best choice now: first choices before second ones, older before younger. {@link #ledgerOf} and {@link #classOf} say where.
     *
     * @param leastAgeMillis an age below which nothing is taken whatever its class says (a destination that shows trouble)
     * @return −1 if no head is past its floor
     */
    int best(long nowMillis, long leastAgeMillis) {
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
        return first >= 0 ? first : second;
    }

    int ledgerOf(int best) {
        return best / classCount;
    }

    int classOf(int best) {
        return best % classCount;
    }
}
