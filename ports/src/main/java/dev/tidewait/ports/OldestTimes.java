package dev.tidewait.ports;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Of many moments, so many of the earliest. Not thread safe. */
final class OldestTimes {
    private final int most;
    private final PriorityQueue<Long> latestFirst = new PriorityQueue<>(Comparator.reverseOrder());

    OldestTimes(int most) {
        this.most = most;
    }

    /** False if {@code millis}, and so everything later, is not among the earliest. */
    boolean offer(long millis) {
        if (latestFirst.size() == most) {
            if (most == 0 || latestFirst.element() <= millis) {
                return false;
            }
            latestFirst.remove();
        }
        return latestFirst.add(millis);
    }

    boolean isEmpty() {
        return latestFirst.isEmpty();
    }

    /** The latest of them; there is one. */
    long latest() {
        return latestFirst.element();
    }
}
