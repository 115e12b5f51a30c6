package dev.tidewait.ports;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * All ports of all sources towards one destination, and the line of those who wait for one. Any thread.
 *
 * <p>Hazard: a pool disappears when it has not been needed for the ceiling ({@link #retire}). Whoever holds one must be ready to
 * be told that it is gone; {@link PortLedgers} hides that.
 */
public final class SourcePool {
    /*
     * Order of locks: the line's, then one stripe's. Nothing is called back while a stripe is locked.
     *
     * Nobody overtakes: as soon as somebody waits, newcomers are sent to the end of the line, also if a port has come free in
     * between. The line is served from its head by whoever calls serve(): a timer at the moment the next floor passes, or the
     * thread that gave a port back.
     */

    /** Below this, one event loop owns all ports of a source. */
    static final int STRIPED_FROM = 1_024;

    private final Destination destination;
    private final List<Source> sources;
    private volatile TimeWaitRule rule;
    private final LedgerStripe[] stripes;
    private final StripeHints hints;
    private volatile StripeChoice choice;
    private final PortLedgers owner;
    private final int usable;
    private final WaitingLine line;
    private volatile int waiting;
    /** Apart from what every lease reads, and written in no order: a fence for it would cost as much as a lock. */
    private final AtomicLong srttMicros = new AtomicLong();

    private final SequenceStrictness strictness = new SequenceStrictness();
    private boolean retired;

    SourcePool(Destination destination, DestinationPolicy policy, PortLedgers owner, long nowMillis) {
        this.destination = destination;
        this.sources = policy.sources();
        this.rule = new TimeWaitRule(policy.floors(), owner.mayDestroy());
        this.owner = owner;
        this.line = new WaitingLine(owner.mostWaiting());
        int most = 0;
        int sum = 0;
        for (Source source : sources) {
            most = Math.max(most, source.order().size());
            sum += source.order().size();
        }
        this.usable = sum;
        FloorClasses classes = new FloorClasses(policy.floors());
        this.stripes = new LedgerStripe[most < owner.stripedFrom() ? 1 : owner.stripes()];
        this.hints = new StripeHints(stripes.length);
        for (int i = 0; i < stripes.length; i++) {
            stripes[i] = new LedgerStripe(this, sources, classes, hints, i, stripes.length, nowMillis);
        }
        this.choice = new StripeChoice(stripes, hints, asNewMillis());
    }

    public Destination destination() {
        return destination;
    }

    List<Source> sources() {
        return sources;
    }

    TimeWaitRule rule() {
        return rule;
    }

    /** What was set aside is looked up again after so long. */
    long lookAgainMillis() {
        return rule.floors().unknownMillis();
    }

    /** Fills {@code lease}, or says how long to wait; null if this pool is gone. */
    @Nullable
    LeaseOutcome lease(Lease lease, int stripe, long nowMillis) {
        if (waiting == 0 && take(lease, stripe, nowMillis)) {
            return lease;
        }
        synchronized (line) {
            // A look at whether this pool may go refuses leases for a moment; under the line's lock it is over.
            if (retired) {
                return null;
            }
            if (waiting == 0 && take(lease, stripe, nowMillis)) {
                return lease;
            }
            return usable == 0
                    ? new Exhausted(Exhausted.Why.NO_USABLE_PORT, shortSnapshot(nowMillis))
                    : new MustWait(nextMillis(nowMillis));
        }
    }

    private boolean take(Lease lease, int stripe, long nowMillis) {
        return choice.take(lease, stripe, owner.blocked(), leastAgeMillis(nowMillis), nowMillis);
    }

    private long nextMillis(long nowMillis) {
        long leastAge = leastAgeMillis(nowMillis);
        if (leastAge == 0) {
            return nextMillisOfStripes(0);
        }
        long leastAgeEnds = strictness.sinceMillis() + leastAge;
        return Math.min(nextMillisOfStripes(leastAge), Math.max(nextMillisOfStripes(0), leastAgeEnds));
    }

    private long nextMillisOfStripes(long leastAge) {
        long next = MustWait.UNTIL_RELEASE;
        for (LedgerStripe stripe : stripes) {
            next = Math.min(next, stripe.nextMillis(leastAge));
        }
        return next;
    }

    /**
     * Other floors apply to connections that end from now on. What cools keeps the floor that it was given, rounded up, see {@link
     * CoolingPorts#regrouped}: never less than was promised when it was closed.
     */
    void regulate(Floors floors, long nowMillis) {
        synchronized (line) {
            if (retired || rule.floors().equals(floors)) {
                return;
            }
            rule = new TimeWaitRule(floors, owner.mayDestroy());
            choice = new StripeChoice(stripes, hints, asNewMillis());
            FloorClasses classes = new FloorClasses(floors);
            for (LedgerStripe stripe : stripes) {
                stripe.reclassify(classes, nowMillis);
            }
        }
        released(nowMillis);
    }

    // ---- the line ----

    /** What became of the wish to stand in line. */
    enum Joined {
        IN_LINE,
        LINE_FULL,
        POOL_GONE
    }

    /** Puts {@code waiter} at the end of the line. */
    Joined join(Waiter waiter, long nowMillis) {
        long next;
        synchronized (line) {
            if (retired) {
                return Joined.POOL_GONE;
            }
            if (!line.join(waiter)) {
                return Joined.LINE_FULL;
            }
            waiting = line.size();
            next = nextMillis(nowMillis);
        }
        owner.listener().lineMoves(this, next);
        return Joined.IN_LINE;
    }

    /**
     * Takes {@code waiter} out of the line.
     *
     * @return why it has no port, for its error; empty if it was served already
     */
    Optional<Exhausted> leave(Waiter waiter, long nowMillis) {
        synchronized (line) {
            if (!line.leave(waiter)) {
                return Optional.empty();
            }
            waiting = line.size();
            return Optional.of(new Exhausted(Exhausted.Why.DEADLINE, shortSnapshot(nowMillis)));
        }
    }

    /**
     * Gives ports to the head of the line as long as there are any.
     *
     * @return when to call again; {@link MustWait#UNTIL_RELEASE} if there is no need before the next release
     */
    public long serve(long nowMillis) {
        synchronized (line) {
            for (Waiter first = line.first(); first != null; first = line.first()) {
                if (!take(first.lease(), first.stripe(), nowMillis)) {
                    return nextMillis(nowMillis);
                }
                line.removeFirst();
                waiting = line.size();
                first.served(nowMillis);
            }
            return MustWait.UNTIL_RELEASE;
        }
    }

    void dismissAll(Exhausted.Why why, long nowMillis) {
        synchronized (line) {
            for (Waiter first = line.first(); first != null; first = line.first()) {
                line.leave(first);
                waiting = line.size();
                first.dismissed(new Exhausted(why, shortSnapshot(nowMillis)));
            }
        }
    }

    /** The last known round-trip time; whose does not matter. */
    void noteRtt(long micros) {
        if (micros > 0 && micros != srttMicros.getPlain()) {
            srttMicros.setOpaque(micros);
        }
    }

    long srttMicros() {
        return srttMicros.getOpaque();
    }

    void released(long nowMillis) {
        if (waiting > 0) {
            owner.listener().lineMoves(this, nextMillis(nowMillis));
        }
    }

    // ---- a destination that shows trouble ----

    /**
     * A SYN on a reused four-tuple met silence, and another four-tuple was answered: the mark of a peer whose TIME_WAIT judges by
     * sequence number alone. Twice within a minute makes the destination sequence-strict for ten.
     *
     * @return true if this report made it so
     */
    public boolean reportSilence(long nowMillis) {
        synchronized (line) {
            return strictness.report(nowMillis); // under the line's lock, because a strict pool must not retire
        }
    }

    boolean isStrict(long nowMillis) {
        return strictness.isStrict(nowMillis);
    }

    private long leastAgeMillis(long nowMillis) {
        return strictness.leastAgeMillis(rule.floors().unknownMillis(), nowMillis);
    }

    // ---- coming and going ----

    /** Refuses all leases from now on if nothing would be forgotten by it. */
    boolean retire(long nowMillis) {
        synchronized (line) {
            if (waiting > 0 || isStrict(nowMillis)) {
                return false;
            }
            long asNew = asNewMillis();
            for (int i = 0; i < stripes.length; i++) {
                if (!stripes[i].retire(nowMillis, asNew)) {
                    for (int j = 0; j < i; j++) {
                        stripes[j].unretire();
                    }
                    return false;
                }
            }
            retired = true;
            return true;
        }
    }

    private long asNewMillis() {
        long ceiling = rule.floors().ceilingMillis();
        return Math.max(TimeWaitRule.KERNEL_TIME_WAIT_MILLIS, ceiling + ceiling / 16);
    }

    boolean seed(IpAddress source, int port, KernelState state, long floorMillis, long releasedMillis) {
        for (LedgerStripe stripe : stripes) {
            if (stripe.seed(source, port, state, floorMillis, releasedMillis)) {
                return true;
            }
        }
        return false;
    }

    void findRelief(OldestTimes oldest, long nowMillis) {
        for (LedgerStripe stripe : stripes) {
            stripe.findRelief(oldest, nowMillis);
        }
    }

    void takeRelief(List<FourTuple> into, int most, long untilMillis, long nowMillis) {
        for (LedgerStripe stripe : stripes) {
            stripe.takeRelief(into, most, untilMillis, nowMillis);
        }
    }

    // ---- looking ----

    void visit(PortVisitor visitor) {
        for (LedgerStripe stripe : stripes) {
            stripe.visit(visitor);
        }
    }

    /** Everything about this destination now, the forecast included. */
    public PoolSnapshot snapshot(long nowMillis) {
        long leastAge = leastAgeMillis(nowMillis);
        return snapshot(nowMillis, true, leastAge);
    }

    /** For an error: ports have run out, so there is nothing to forecast. */
    PoolSnapshot shortSnapshot(long nowMillis) {
        return snapshot(nowMillis, false, leastAgeMillis(nowMillis));
    }

    private PoolSnapshot snapshot(long nowMillis, boolean forecast, long leastAge) {
        List<SourceSnapshot> perSource = new ArrayList<>(sources.size());
        int leased = 0;
        for (int i = 0; i < sources.size(); i++) {
            SourceSnapshot sum = stripes[0].snapshot(i, leastAge, nowMillis);
            for (int j = 1; j < stripes.length; j++) {
                sum = sum.plus(stripes[j].snapshot(i, leastAge, nowMillis));
            }
            perSource.add(sum);
            leased += sum.leased();
        }
        long[] perSecond = new long[LeaseRate.SEEN_SECONDS];
        long[] endsPerSecond = new long[LeaseRate.SEEN_SECONDS];
        long grownInMinute = 0;
        AgeHistogram ages = new AgeHistogram();
        for (LedgerStripe stripe : stripes) {
            stripe.addRatesTo(perSecond, endsPerSecond, ages, nowMillis);
            grownInMinute += stripe.grownInMinute(nowMillis);
        }
        long leastFloor = Math.max(leastAge, leastFloorMillis(nowMillis));
        long floor = Math.max(leastFloor, meanFloorMillis());
        double exhaustion = forecast
                ? Forecast.timeToExhaustionSeconds(
                        usable,
                        leased,
                        LeaseTrend.of(
                                perSecond, endsPerSecond, grownInMinute, Math.floorMod(nowMillis, 1_000) / 1_000.0),
                        floor,
                        later -> belowFloorAt(nowMillis + later, leastAge))
                : 0;
        synchronized (line) {
            return new PoolSnapshot(
                    destination,
                    perSource,
                    mean(perSecond),
                    exhaustion,
                    ages.summary(),
                    line.size(),
                    line.waited(),
                    line.gaveUp(),
                    leastFloor,
                    floor,
                    isStrict(nowMillis));
        }
    }

    private long leastFloorMillis(long nowMillis) {
        Floors floors = rule.floors();
        boolean measured = floors.measuredMillis() > 0;
        long shortest =
                measured ? Math.min(floors.timestampsMillis(), floors.measuredMillis()) : floors.timestampsMillis();
        long strict = Math.max(floors.sequenceMillis(), floors.measuredMillis());
        return Math.max(isStrict(nowMillis) ? strict : shortest, floors.fixedMillis());
    }

    /** How long a port cools as things are: the mean over the stripes that saw a connection end; 0 = none did. */
    private long meanFloorMillis() {
        double sum = 0;
        int count = 0;
        for (LedgerStripe stripe : stripes) {
            double mean = stripe.meanFloorMillis();
            sum += mean;
            count += mean > 0 ? 1 : 0;
        }
        return count == 0 ? 0 : Math.round(sum / count);
    }

    private int belowFloorAt(long atMillis, long leastAge) {
        int sum = 0;
        for (LedgerStripe stripe : stripes) {
            sum += stripe.belowFloorAt(atMillis, leastAge);
        }
        return sum;
    }

    /** Over the seconds that count. */
    private static double mean(long[] perSecond) {
        double sum = 0;
        for (int i = perSecond.length - LeaseRate.SECONDS; i < perSecond.length; i++) {
            sum += perSecond[i];
        }
        return sum / LeaseRate.SECONDS;
    }
}
