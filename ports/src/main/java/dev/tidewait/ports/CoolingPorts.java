package dev.tidewait.ports;

import java.util.Objects;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of all cooling ports of one ledger together. Not thread safe: guarded by its {@link LedgerStripe}.
 *
 * <p>{@link PortLedger} takes from the queues and adds to them, and shares them with this class: a step more between a lease and its queue
 * can be measured. Times are the ledger's own.
 */
final class CoolingPorts {
    private final FloorClasses classes;
    private final @Nullable CoolingQueue[] queues;

    /** @param queues one for each class that was ever used; the ledger's own */
    CoolingPorts(FloorClasses classes, @Nullable CoolingQueue[] queues) {
        this.classes = classes;
        this.queues = queues;
    }

    int size() {
        int sum = 0;
        for (CoolingQueue queue : queues) {
            sum += queue == null ? 0 : queue.size();
        }
        return sum;
    }

    /** When the first floor passes; {@link MustWait#UNTIL_RELEASE} if nothing cools. */
    long nextMillis(long leastAgeMillis) {
        long next = MustWait.UNTIL_RELEASE;
        for (int i = 0; i < queues.length; i++) {
            CoolingQueue queue = queues[i];
            if (queue != null && !queue.isEmpty()) {
                long released = CoolingQueue.releasedMillis(queue.head());
                next = Math.min(next, released + Math.max(classes.floorMillis(i), leastAgeMillis));
            }
        }
        return next;
    }

    /** How many are past their floor. */
    int headroom(long nowMillis, long leastAgeMillis) {
        int sum = 0;
        for (int i = 0; i < queues.length; i++) {
            CoolingQueue queue = queues[i];
            if (queue != null) {
                sum += queue.countReleasedUntil(nowMillis - Math.max(classes.floorMillis(i), leastAgeMillis));
            }
        }
        return sum;
    }

    /** How many released after {@code millis} the kernel should hold in TIME_WAIT. */
    int believedTimeWaitSince(long millis) {
        int sum = 0;
        for (CoolingQueue queue : queues) {
            if (queue == null) {
                continue;
            }
            for (int i = queue.countReleasedUntil(millis); i < queue.size(); i++) {
                KernelState state = CoolingQueue.state(queue.get(i));
                sum += state == KernelState.STEALABLE || state == KernelState.BLOCKING ? 1 : 0;
            }
        }
        return sum;
    }

    /** Whether one is younger than {@code ageMillis} or than its floor. */
    boolean isAnyYounger(long nowMillis, long ageMillis) {
        for (int i = 0; i < queues.length; i++) {
            CoolingQueue queue = queues[i];
            if (queue != null && queue.isLastYounger(nowMillis, Math.max(ageMillis, classes.floorMillis(i)))) {
                return true;
            }
        }
        return false;
    }

    /** Offers those past their floor whose TIME_WAIT may be destroyed, oldest first in each class, until {@code offer} says no. */
    void findRelief(TimeWaitRule rule, long nowMillis, LongPredicate offer) {
        for (int i = 0; i < queues.length; i++) {
            CoolingQueue queue = queues[i];
            boolean more = true;
            for (int j = 0; queue != null && more && j < queue.size(); j++) {
                if (mayRelieve(rule, i, queue.get(j), nowMillis)) {
                    more = offer.test(queue.get(j));
                }
            }
        }
    }

    /**
     * Offers the same as far as they were released until {@code untilMillis}, until {@code take} says no; the kernel holds nothing for
     * those that were taken.
     */
    void takeRelief(TimeWaitRule rule, long untilMillis, long nowMillis, LongPredicate take) {
        for (int i = 0; i < queues.length; i++) {
            CoolingQueue queue = queues[i];
            int past = queue == null ? 0 : queue.countReleasedUntil(untilMillis);
            for (int j = 0; queue != null && j < past; j++) {
                if (mayRelieve(rule, i, queue.get(j), nowMillis)) {
                    if (!take.test(queue.get(j))) {
                        return;
                    }
                    queue.setState(j, KernelState.NOTHING);
                }
            }
        }
    }

    private boolean mayRelieve(TimeWaitRule rule, int floorClass, long entry, long nowMillis) {
        long age = nowMillis - CoolingQueue.releasedMillis(entry);
        return rule.mayRelieve(CoolingQueue.state(entry), classes.floorMillis(floorClass), age);
    }

    /**
     * Moves everything into queues for other classes, oldest first. Each port keeps the floor of the class it was in, rounded up to one of
     * the new ones, because a shorter class would need a release time in the future, behind which all later ones would have to wait.
     */
    @Nullable
    CoolingQueue[] regrouped(FloorClasses next) {
        @Nullable CoolingQueue[] regrouped = new @Nullable CoolingQueue[next.count()];
        int[] into = new int[queues.length];
        long[] late = new long[queues.length];
        for (int i = 0; i < queues.length; i++) {
            long floor = classes.floorMillis(i);
            into[i] = next.classOf(floor, classes.isSecondChoice(i));
            late[i] = Math.max(0, floor - next.floorMillis(into[i]));
        }
        for (int first = firstHead(late); first >= 0; first = firstHead(late)) {
            CoolingQueue from = Objects.requireNonNull(queues[first]);
            CoolingQueue to = regrouped[into[first]];
            if (to == null) {
                to = new CoolingQueue();
                regrouped[into[first]] = to;
            }
            to.addLast(CoolingQueue.later(from.head(), late[first]), from.headCookie());
            from.removeHead();
        }
        return regrouped;
    }

    /** The class whose head was released first, later by what its class says; −1 if nothing cools. */
    private int firstHead(long[] late) {
        int first = -1;
        long released = MustWait.UNTIL_RELEASE;
        for (int i = 0; i < queues.length; i++) {
            CoolingQueue queue = queues[i];
            if (queue != null && !queue.isEmpty()) {
                long own = CoolingQueue.releasedMillis(queue.head()) + late[i];
                if (own < released) {
                    first = i;
                    released = own;
                }
            }
        }
        return first;
    }

    /** Is shown every entry. */
    @FunctionalInterface
    interface Visitor {
        void entry(long entry, int floorClass);
    }

    void forEach(Visitor visitor) {
        for (int i = 0; i < queues.length; i++) {
            CoolingQueue queue = queues[i];
            for (int j = 0; queue != null && j < queue.size(); j++) {
                visitor.entry(queue.get(j), i);
            }
        }
    }
}
