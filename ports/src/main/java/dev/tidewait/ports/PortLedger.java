package dev.tidewait.ports;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The record of leases and cooling ports from one source to one destination (or of one stripe of them). Not thread safe: guarded
 * by its {@link LedgerStripe}.
 */
final class PortLedger {
    /*
     * Every port of the stripe is in exactly one place:
     *
     *   unused    behind the cursor in the permuted order: never leased yet. Looked up in the kernel before its first use, because a
     *             TIME_WAIT of somebody else's would be stolen at any age.
     *   leased    held by a Lease; here only counted.
     *   cooling   in the queue of its floor's class. All queues are in order of release, so the oldest port past its floor is the
     *             oldest of at most eight heads, and a lease is O(1).
     *   aside     listening, refused, unfinished or still held by the kernel: comes back as a look-up after the unknown row's floor (an
     *             unfinished one with a longer floor cools first).
     *
     * Time inside is relative to the ledger's birth plus a lead, so that an entry needs 45 bits and a port that was put back unused is
     * older than everything else.
     */
    private static final long LEAD_MILLIS = 3_600_000;

    private static final int FROM_ASIDE = -1;
    private static final int FROM_UNUSED = -2;

    private final IpAddress source;
    private final Destination destination;
    private FloorClasses classes;
    private CoolingHeads heads;
    private final int index;
    private final UnusedPorts unused;
    private final long epochMillis;
    private @Nullable CoolingQueue[] queues;
    private CoolingPorts cooling;
    /** How often the classes were replaced, times their number: tells a lease's class from today's. */
    private int generation;

    private final CoolingQueue aside = new CoolingQueue();
    private int leased;

    /**
     * @param heads to be kept up to date
     * @param index number of this ledger there
     * @param unused its ports
     */
    PortLedger(
            Source source,
            Destination destination,
            FloorClasses classes,
            CoolingHeads heads,
            int index,
            UnusedPorts unused,
            long nowMillis) {
        this.source = source.address();
        this.destination = destination;
        this.classes = classes;
        this.heads = heads;
        this.index = index;
        this.unused = unused;
        this.epochMillis = nowMillis - LEAD_MILLIS;
        this.queues = new @Nullable CoolingQueue[classes.count()];
        this.cooling = new CoolingPorts(classes, queues);
    }

    IpAddress source() {
        return source;
    }

    Destination destination() {
        return destination;
    }

    int portCount() {
        return unused.total();
    }

    int leasedCount() {
        return leased;
    }

    int unusedCount() {
        return unused.count();
    }

    int asideCount() {
        return aside.size();
    }

    int coolingCount() {
        return cooling.size();
    }

    long toClock(long relativeMillis) {
        return relativeMillis + epochMillis;
    }

    private long fromClock(long clockMillis) {
        return clockMillis - epochMillis;
    }

    // ---- taking ----

    private void moveAside(long entry, long nowMillis) {
        aside.addLast(
                CoolingQueue.entry(
                        CoolingQueue.port(entry), KernelState.UNKNOWN, CoolingQueue.used(entry), fromClock(nowMillis)),
                0);
    }

    /** Ports never used, after those at the cursor that must not be leased now (listening) were set aside; 0 = none. */
    int unusedAfterBlocked(PortSet blocked, long nowMillis) {
        while (unused.count() > 0 && blocked.contains(unused.first())) {
            moveAside(CoolingQueue.entry(unused.first(), KernelState.UNKNOWN, false, 0), nowMillis);
            unused.removeFirst();
        }
        return unusedCount();
    }

    /**
     * Sets the head of {@code floorClass} aside if it must not be leased now (listening). Only to be called when it is past its floor,
     * because aside no floor is kept.
     */
    boolean passHead(int floorClass, PortSet blocked, long nowMillis) {
        CoolingQueue queue = queue(floorClass);
        long head = queue.head();
        if (!blocked.contains(CoolingQueue.port(head))) {
            return false;
        }
        queue.removeHead();
        headChanged(floorClass, queue);
        moveAside(head, nowMillis);
        return true;
    }

    private void headChanged(int floorClass, CoolingQueue queue) {
        if (queue.isEmpty()) {
            heads.clear(index, floorClass);
        } else {
            heads.set(index, floorClass, toClock(CoolingQueue.releasedMillis(queue.head())));
        }
    }

    /** Whether a port set aside is due to be looked up; one that must not be leased now (listening) is set aside anew. */
    boolean hasAside(PortSet blocked, long nowMillis, long lookAgainMillis) {
        while (isDue(nowMillis, lookAgainMillis) && blocked.contains(CoolingQueue.port(aside.head()))) {
            long head = aside.head();
            aside.removeHead();
            moveAside(head, nowMillis);
        }
        return isDue(nowMillis, lookAgainMillis);
    }

    private boolean isDue(long nowMillis, long lookAgainMillis) {
        return !aside.isEmpty() && fromClock(nowMillis) - CoolingQueue.releasedMillis(aside.head()) >= lookAgainMillis;
    }

    /** Leases the next port that was never used; there is one. */
    void takeUnused(Lease lease, LedgerStripe owner, long nowMillis) {
        long entry = CoolingQueue.entry(unused.first(), KernelState.UNKNOWN, false, 0);
        unused.removeFirst();
        leased++;
        lease.fill(owner, this, entry, 0, FROM_UNUSED, Preparation.LOOK_UP, nowMillis);
    }

    /** Leases the head of {@code floorClass}, which is past its floor. */
    void takeCooling(Lease lease, LedgerStripe owner, TimeWaitRule rule, int floorClass, long nowMillis) {
        CoolingQueue queue = queue(floorClass);
        long entry = queue.head();
        long cookie = queue.headCookie();
        long age = fromClock(nowMillis) - CoolingQueue.releasedMillis(entry);
        Decision decision = rule.decide(CoolingQueue.state(entry), classes.floorMillis(floorClass), age);
        Preparation preparation = switch (decision) {
            case USE -> Preparation.NONE;
            case DESTROY_FIRST -> Preparation.DESTROY;
            case LOOK_UP_FIRST -> Preparation.LOOK_UP;
            case SKIP -> throw new IllegalStateException("the head of a class is not past its floor");
        };
        queue.removeHead();
        headChanged(floorClass, queue);
        leased++;
        lease.fill(owner, this, entry, cookie, generation + floorClass, preparation, nowMillis);
    }

    /** Leases the port that was set aside first, to be looked up. */
    void takeAside(Lease lease, LedgerStripe owner, long nowMillis) {
        long entry = aside.head();
        aside.removeHead();
        leased++;
        lease.fill(owner, this, entry, 0, FROM_ASIDE, Preparation.LOOK_UP, nowMillis);
    }

    /** When the first floor passes, on the caller's clock; {@link MustWait#UNTIL_RELEASE} if nothing cools, the past if a port is unused. */
    long nextMillis(long leastAgeMillis, long lookAgainMillis) {
        if (unusedCount() > 0) {
            return epochMillis;
        }
        long next = cooling.nextMillis(leastAgeMillis);
        if (!aside.isEmpty()) {
            next = Math.min(next, CoolingQueue.releasedMillis(aside.head()) + lookAgainMillis);
        }
        return next == MustWait.UNTIL_RELEASE ? next : toClock(next);
    }

    // ---- giving back ----

    /**
     * @param strict whether the destination judges a SYN by its sequence number alone
     * @return how long the port will cool, in milliseconds
     */
    long release(int port, TimeWaitRule rule, Ending ending, boolean strict, long nowMillis) {
        leased--;
        return cool(
                port,
                rule.kernelState(ending),
                strict ? rule.strictFloorMillis(ending) : rule.floorMillis(ending),
                strict ? rule.isStrictSecondChoice(ending) : rule.isSecondChoice(ending),
                ending.cookie(),
                nowMillis);
    }

    private long cool(int port, KernelState state, long floorMillis, boolean second, long cookie, long releasedMillis) {
        if (state == KernelState.UNKNOWN && floorMillis <= classes.unknownMillis()) {
            aside.addLast(CoolingQueue.entry(port, state, true, Math.max(0, fromClock(releasedMillis))), 0);
            return classes.unknownMillis();
        }
        int floorClass = classes.classOf(floorMillis, second);
        long kept = classes.floorMillis(floorClass);
        // What no class is long enough for counts as released later.
        long late = Math.max(0, floorMillis - kept);
        long entry = CoolingQueue.entry(port, state, true, Math.max(0, fromClock(releasedMillis) + late));
        CoolingQueue queue = existing(floorClass);
        queue.addLast(entry, state == KernelState.BLOCKING ? cookie : 0);
        if (queue.size() == 1) {
            headChanged(floorClass, queue);
        }
        return kept + late;
    }

    void setAside(int port, boolean used, long nowMillis) {
        leased--;
        moveAside(CoolingQueue.entry(port, KernelState.UNKNOWN, used, 0), nowMillis);
    }

    /**
     * A start found {@code port} used by an earlier incarnation that was over at {@code releasedMillis}.
     *
     * <p>Nobody knows the cookie of such an incarnation's TIME_WAIT, so one that blocks waits for the kernel.
     *
     * @return false if the port is not of this stripe or was leased or seeded before
     */
    boolean seed(int port, KernelState state, long floorMillis, long releasedMillis) {
        if (!unused.take(port)) {
            return false;
        }
        long floor = state == KernelState.BLOCKING
                ? Math.max(floorMillis, TimeWaitRule.KERNEL_TIME_WAIT_MILLIS)
                : floorMillis;
        cool(port, state, floor, false, 0, releasedMillis);
        return true;
    }

    /** @param from the lease's own note of where it came from */
    void putBack(int from, long entry, long cookie) {
        leased--;
        if (from >= 0) {
            int floorClass = from - generation;
            if (floorClass < 0) {
                // Leased before the classes were replaced, and past its floor then, so the shortest will do.
                boolean second = from % classes.count() == classes.secondChoice();
                floorClass = second ? classes.secondChoice() : 0;
            }
            CoolingQueue queue = existing(floorClass);
            queue.putBack(entry, cookie);
            headChanged(floorClass, queue);
        } else {
            aside.putBack(entry, 0);
        }
    }

    /** Other floors apply from now on; what cools keeps the one it has. The heads are empty, and filled here. */
    void reclassify(FloorClasses next, CoolingHeads nextHeads) {
        queues = cooling.regrouped(next);
        classes = next;
        cooling = new CoolingPorts(next, queues);
        heads = nextHeads;
        generation += next.count();
        for (int i = 0; i < queues.length; i++) {
            CoolingQueue queue = queues[i];
            if (queue != null) {
                headChanged(i, queue);
            }
        }
    }

    private CoolingQueue existing(int floorClass) {
        CoolingQueue queue = queues[floorClass];
        if (queue == null) {
            queue = new CoolingQueue();
            queues[floorClass] = queue;
        }
        return queue;
    }

    private CoolingQueue queue(int floorClass) {
        CoolingQueue queue = queues[floorClass];
        if (queue == null) {
            throw new IllegalStateException("floor class " + floorClass + " was never used");
        }
        return queue;
    }

    // ---- looking ----

    /** Ports that could be leased now, listening ones not told apart. */
    int headroom(long nowMillis, long leastAgeMillis, long lookAgainMillis) {
        return unusedCount()
                + aside.countReleasedUntil(fromClock(nowMillis) - lookAgainMillis)
                + cooling.headroom(fromClock(nowMillis), leastAgeMillis);
    }

    /** Cooling ports that will still be below their floor at {@code atMillis}, and those set aside. */
    int belowFloorAt(long atMillis, long leastAgeMillis, long lookAgainMillis) {
        return coolingCount() + unusedCount() + aside.size() - headroom(atMillis, leastAgeMillis, lookAgainMillis);
    }

    /** TIME_WAIT sockets that the kernel should hold for this ledger. */
    int believedTimeWait(long nowMillis) {
        return cooling.believedTimeWaitSince(fromClock(nowMillis) - 61_000);
    }

    /** Offers the release times of the four-tuples past their floor whose TIME_WAIT may be destroyed. */
    void findRelief(TimeWaitRule rule, OldestTimes oldest, long nowMillis) {
        cooling.findRelief(
                rule, fromClock(nowMillis), entry -> oldest.offer(toClock(CoolingQueue.releasedMillis(entry))));
    }

    /**
     * Names the four-tuples of {@link #findRelief} released until {@code untilMillis}, and believes from now on that the kernel holds
     * nothing there.
     */
    void takeRelief(TimeWaitRule rule, List<FourTuple> into, int most, long untilMillis, long nowMillis) {
        cooling.takeRelief(rule, fromClock(untilMillis), fromClock(nowMillis), entry -> {
            boolean taken = into.size() < most;
            if (taken) {
                into.add(new FourTuple(source, CoolingQueue.port(entry), destination));
            }
            return taken;
        });
    }

    void visit(PortVisitor visitor) {
        unused.forEach(
                port -> visitor.port(source, port, PortVisitor.Place.UNUSED, KernelState.UNKNOWN, epochMillis, 0));
        cooling.forEach((entry, floorClass) -> visit(
                entry,
                classes.isSecondChoice(floorClass) ? PortVisitor.Place.SECOND_CHOICE : PortVisitor.Place.COOLING,
                classes.floorMillis(floorClass),
                visitor));
        for (int i = 0; i < aside.size(); i++) {
            visit(aside.get(i), PortVisitor.Place.ASIDE, 0, visitor);
        }
    }

    private void visit(long entry, PortVisitor.Place place, long floorMillis, PortVisitor visitor) {
        long released = toClock(CoolingQueue.releasedMillis(entry));
        visitor.port(source, CoolingQueue.port(entry), place, CoolingQueue.state(entry), released, floorMillis);
    }

    /** True if nothing is leased and all that cools counts as new, so that a new ledger would know as much. */
    boolean isAsGoodAsNew(long nowMillis, long asNewMillis) {
        return leased == 0
                && !aside.isLastYounger(fromClock(nowMillis), asNewMillis)
                && !cooling.isAnyYounger(fromClock(nowMillis), asNewMillis);
    }
}
