package dev.tidewait.ports;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The port ledgers of all destinations: where a lease begins. Any thread.
 *
 * <pre>{@code
 * Lease lease = new Lease();
 * switch (ledgers.lease(lease, destination, stripe, nowMillis)) {
 *     case Lease leased -> connectFrom(leased);          // and release() it when its socket is closed
 *     case MustWait wait -> ledgers.join(waiter, destination, nowMillis);
 *     case Exhausted why -> fail(why.explain(0));
 * }
 * }</pre>
 */
public final class PortLedgers {
    /**
     * Limits and rights. Immutable.
     *
     * @param stripes event loops that lease; a source's ports are divided among them
     * @param mayDestroy whether TIME_WAIT sockets may be destroyed here
     * @param mostDestinations how many destinations may have a ledger at once
     * @param mostWaiting how many may stand in line for one destination
     */
    public record Limits(int stripes, boolean mayDestroy, int mostDestinations, int mostWaiting) {
        public Limits {
            if (stripes < 1 || mostDestinations < 1 || mostWaiting < 0) {
                throw new IllegalArgumentException("stripes and destinations must be at least 1, waiting at least 0");
            }
        }
    }

    private final DestinationPolicy.Lookup policies;
    private final Limits limits;
    private final LineListener listener;
    private final int stripedFrom;
    private final ConcurrentHashMap<Destination, SourcePool> pools = new ConcurrentHashMap<>();
    /** Of sources that were given up, until nothing is leased from them and all counts as new. */
    private final Queue<SourcePool> former = new ConcurrentLinkedQueue<>();

    /** How often {@link #regulate} was called. */
    private volatile int regulations;

    private volatile EarlierIncarnations earlier = EarlierIncarnations.NONE;
    private volatile PortSet blocked = PortSet.EMPTY;
    private volatile boolean stopping;

    public PortLedgers(DestinationPolicy.Lookup policies, Limits limits, LineListener listener) {
        this(policies, limits, listener, SourcePool.STRIPED_FROM);
    }

    /** @param stripedFrom so many ports of a source are divided among the event loops; below, one owns all */
    PortLedgers(DestinationPolicy.Lookup policies, Limits limits, LineListener listener, int stripedFrom) {
        this.stripedFrom = stripedFrom;
        this.policies = policies;
        this.limits = limits;
        this.listener = listener;
    }

    /**
     * Leases a four-tuple to {@code destination}.
     *
     * @param lease empty; it is the answer if a port is free
     * @param stripe number of the calling event loop
     * @param nowMillis monotonic clock
     */
    public LeaseOutcome lease(Lease lease, Destination destination, int stripe, long nowMillis) {
        while (true) {
            SourcePool pool = poolOf(destination, nowMillis);
            if (pool == null) {
                return exhausted(Exhausted.Why.TOO_MANY_DESTINATIONS, destination);
            }
            LeaseOutcome outcome = pool.lease(lease, stripe, nowMillis);
            if (outcome != null) {
                return outcome;
            }
            pools.remove(destination, pool);
        }
    }

    /** Stands in line; empty if that was possible. {@link LineListener} says when the line moves. */
    public Optional<Exhausted> join(Waiter waiter, Destination destination, long nowMillis) {
        while (!stopping) {
            SourcePool pool = poolOf(destination, nowMillis);
            if (pool == null) {
                return Optional.of(exhausted(Exhausted.Why.TOO_MANY_DESTINATIONS, destination));
            }
            switch (pool.join(waiter, nowMillis)) {
                case IN_LINE -> {
                    if (stopping) {
                        // It may have joined after stop() had emptied the line.
                        pool.dismissAll(Exhausted.Why.STOPPING, nowMillis);
                    }
                    return Optional.empty();
                }
                case LINE_FULL -> {
                    return Optional.of(new Exhausted(Exhausted.Why.LINE_FULL, pool.shortSnapshot(nowMillis)));
                }
                case POOL_GONE -> pools.remove(destination, pool);
            }
        }
        return Optional.of(exhausted(Exhausted.Why.STOPPING, destination));
    }

    /** Leaves the line at the deadline; empty if the waiter was served before. */
    public Optional<Exhausted> leave(Waiter waiter, Destination destination, long nowMillis) {
        SourcePool pool = pools.get(destination);
        Optional<Exhausted> left = pool == null ? Optional.empty() : pool.leave(waiter, nowMillis);
        for (SourcePool old : former) {
            left = left.isEmpty() && old.destination().equals(destination) ? old.leave(waiter, nowMillis) : left;
        }
        return left;
    }

    /**
     * {@code gone} is no address of this host any more: asks where else to connect from. What cools or is still leased there is
     * remembered until it counts as new, in case the address returns.
     *
     * @return whether there is another source to lease from; if so, lease again
     */
    public boolean renew(Destination destination, IpAddress gone, long nowMillis) {
        SourcePool pool = pools.get(destination);
        if (pool == null || !isOneOf(pool.sources(), gone)) {
            return true;
        }
        if (isOneOf(policies.of(destination).sources(), gone)) {
            return false;
        }
        synchronized (former) {
            if (pools.get(destination) == pool) {
                SourcePool next = newPool(destination, nowMillis);
                former.add(pools.replace(destination, pool, next) ? pool : next);
            }
        }
        return true;
    }

    /**
     * Asks anew for the floors of every destination, after the policies have changed; sources stay. Leases, and what cools, are kept, see
     * {@link SourcePool#regulate}. One thread at a time.
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread at a time
    public void regulate(Function<Destination, Floors> floors, long nowMillis) {
        regulations++;
        pools.forEach((destination, pool) -> pool.regulate(floors.apply(destination), nowMillis));
    }

    private static boolean isOneOf(List<Source> sources, IpAddress address) {
        return sources.stream().anyMatch(source -> source.address().equals(address));
    }

    /** See {@link SourcePool#reportSilence}. */
    public boolean reportSilence(Destination destination, long nowMillis) {
        SourcePool pool = pools.get(destination);
        return pool != null && pool.reportSilence(nowMillis);
    }

    /** Ports that must not be leased now: somebody listens there. They return when they are no longer named. */
    public void block(PortSet listening) {
        blocked = listening;
    }

    /** What a start found is entered into each ledger when it is made. To be called before the first lease. */
    public void remember(EarlierIncarnations found) {
        earlier = found;
    }

    /**
     * Enters what a start found: an incarnation on {@code tuple} that was over at {@code releasedMillis}. To be called oldest first,
     * before the four-tuple is leased.
     *
     * @return false if the four-tuple is not one of these ledgers, or is known already
     */
    public boolean seed(FourTuple tuple, KernelState state, long floorMillis, long releasedMillis, long nowMillis) {
        SourcePool pool = poolOf(tuple.destination(), nowMillis);
        return pool != null && pool.seed(tuple.source(), tuple.sourcePort(), state, floorMillis, releasedMillis);
    }

    /**
     * Rule 5: names up to {@code most} four-tuples past their floor, the oldest of any destination, whose TIME_WAIT the caller must
     * destroy now, and believes from now on that the kernel holds nothing there.
     */
    public List<FourTuple> takeRelief(int most, long nowMillis) {
        OldestTimes oldest = new OldestTimes(most);
        for (SourcePool pool : pools.values()) {
            pool.findRelief(oldest, nowMillis);
        }
        List<FourTuple> relief = new ArrayList<>();
        if (oldest.isEmpty()) {
            return relief;
        }
        // Of those released at the very last moment only some may be meant, so they come after all the others.
        for (SourcePool pool : pools.values()) {
            pool.takeRelief(relief, most, oldest.latest() - 1, nowMillis);
        }
        for (SourcePool pool : pools.values()) {
            pool.takeRelief(relief, most, oldest.latest(), nowMillis);
        }
        return relief;
    }

    /** Drops the ledgers that have not been needed for the ceiling. To be called every few seconds. */
    public void sweep(long nowMillis) {
        pools.values().removeIf(pool -> pool.retire(nowMillis));
        former.removeIf(pool -> pool.retire(nowMillis));
    }

    /** Sends everybody in line away and takes no more. */
    public void stop(long nowMillis) {
        stopping = true;
        pools.values().forEach(pool -> pool.dismissAll(Exhausted.Why.STOPPING, nowMillis));
        former.forEach(pool -> pool.dismissAll(Exhausted.Why.STOPPING, nowMillis));
    }

    /** Every destination's state, in no order. */
    public List<PoolSnapshot> snapshots(long nowMillis) {
        Collection<SourcePool> all = pools.values();
        List<PoolSnapshot> snapshots = new ArrayList<>(all.size());
        all.forEach(pool -> snapshots.add(pool.snapshot(nowMillis)));
        return snapshots;
    }

    private @Nullable SourcePool poolOf(Destination destination, long nowMillis) {
        SourcePool known = pools.get(destination);
        if (known != null) {
            return known;
        }
        if (pools.size() >= limits.mostDestinations()) {
            return null;
        }
        int before = regulations;
        SourcePool made = pools.computeIfAbsent(destination, key -> newPool(key, nowMillis));
        if (before != regulations) {
            // Its policy may have been asked for a moment too early, and it was not there yet when the others were
            // told.
            made.regulate(policies.of(destination).floors(), nowMillis);
        }
        return made;
    }

    private SourcePool newPool(Destination destination, long nowMillis) {
        DestinationPolicy policy = policies.of(destination);
        Optional<SourcePool> old = former.stream()
                .filter(pool ->
                        pool.destination().equals(destination) && pool.sources().equals(policy.sources()))
                .findFirst();
        if (old.isPresent() && former.remove(old.get())) {
            old.get().regulate(policy.floors(), nowMillis);
            return old.get();
        }
        SourcePool pool = new SourcePool(destination, policy, this, nowMillis);
        earlier.enter(destination, policy.floors(), nowMillis, pool::seed);
        return pool;
    }

    private static Exhausted exhausted(Exhausted.Why why, Destination destination) {
        return new Exhausted(
                why, new PoolSnapshot(destination, List.of(), 0, 0, AgeAtReuse.NONE, 0, 0, 0, 1, 1, false));
    }

    PortSet blocked() {
        return blocked;
    }

    /** Whether TIME_WAIT sockets may be destroyed here. */
    public boolean mayDestroy() {
        return limits.mayDestroy();
    }

    int stripedFrom() {
        return stripedFrom;
    }

    boolean hasLedger(Destination destination) {
        return pools.containsKey(destination);
    }

    /** Shows every port towards {@code destination} that is not leased; nothing if it has no ledger. */
    void visit(Destination destination, PortVisitor visitor) {
        SourcePool pool = pools.get(destination);
        if (pool != null) {
            pool.visit(visitor);
        }
    }

    int mostWaiting() {
        return limits.mostWaiting();
    }

    int stripes() {
        return limits.stripes();
    }

    LineListener listener() {
        return listener;
    }
}
