package dev.tidewait.ports;

import java.util.List;

/**
 * The part of a destination's ports that one event loop normally uses: a ledger for each source. Any thread; every method holds the
 * stripe's own lock, those of a connection's way for a few dozen nanoseconds.
 *
 * <p>The lock is there for borrowing: an event loop that runs dry takes from another's stripe at once instead of sending a
 * message and waiting for the answer. As long as nobody borrows it is never contended. {@link StripeChoice} says when to borrow.
 */
final class LedgerStripe extends BriefLock {
    /** Whatever there is, in the rule's order. */
    static final long ANY = CoolingHeads.NONE;

    /** No second choice, and nothing that was set aside. */
    static final long ANY_FIRST_CHOICE = ANY - 1;

    private static final double MEAN_OVER = 64;

    private final SourcePool pool;
    private final PortLedger[] ledgers;
    /** The pool's as of the last {@link #reclassify}: changes together with the classes, and is no volatile read for every lease. */
    private TimeWaitRule rule;

    private CoolingHeads heads;
    private final StripeHints hints;
    /** Whether there are others to read the hints. */
    private final boolean shared;

    private final int number;
    /** Once false it stays so: a port that was used is never unused again. */
    private boolean unusedLeft = true;

    private final LeaseRate rate = new LeaseRate();
    private final long[] leases;
    private final AgeHistogram ages = new AgeHistogram();
    /** Of the last connections that ended, the later the heavier; 0 = none yet. */
    private double meanFloorMillis;

    private boolean retired;

    /** @param number of this stripe among those that share {@code hints} */
    LedgerStripe(
            SourcePool pool,
            List<Source> sources,
            FloorClasses classes,
            StripeHints hints,
            int number,
            int stripes,
            long nowMillis) {
        this.pool = pool;
        this.rule = pool.rule();
        this.hints = hints;
        this.shared = hints.isShared();
        this.number = number;
        this.ledgers = new PortLedger[sources.size()];
        this.leases = new long[ledgers.length];
        this.heads = new CoolingHeads(classes, ledgers.length);
        for (int i = 0; i < ledgers.length; i++) {
            Source source = sources.get(i);
            int offset = source.order().offset(source.address(), pool.destination());
            UnusedPorts unused = new UnusedPorts(source.order(), offset, number, stripes);
            ledgers[i] = new PortLedger(source, pool.destination(), classes, heads, i, unused, nowMillis);
        }
    }

    /**
     * Fills {@code lease} by the rule's order; false if no port may be used now, or none that is good enough.
     *
     * @param latestMillis nothing but a port never used or a first choice released until then; or {@link #ANY}
     */
    boolean lease(Lease lease, PortSet blocked, long leastAgeMillis, long latestMillis, long nowMillis) {
        if (lease.isHeld()) {
            throw new IllegalStateException(lease + " is held already; release it first");
        }
        lock();
        try {
            return !retired
                    && (takeUnused(lease, blocked, leastAgeMillis, nowMillis)
                            || takeCooling(lease, blocked, leastAgeMillis, latestMillis, nowMillis)
                            || (latestMillis == ANY && takeAside(lease, blocked, nowMillis)));
        } finally {
            unlock();
        }
    }

    private boolean takeUnused(Lease lease, PortSet blocked, long leastAgeMillis, long nowMillis) {
        if (!unusedLeft) {
            return false;
        }
        int unused = bestUnused(blocked, leastAgeMillis, nowMillis);
        if (unused < 0) {
            unusedLeft = false;
            return false;
        }
        ledgers[unused].takeUnused(lease, this, nowMillis);
        return counted(unused, lease, nowMillis);
    }

    private boolean takeCooling(Lease lease, PortSet blocked, long leastAgeMillis, long latestMillis, long nowMillis) {
        for (int best = heads.best(nowMillis, leastAgeMillis, latestMillis);
                best >= 0;
                best = heads.best(nowMillis, leastAgeMillis, latestMillis)) {
            int ledger = CoolingHeads.ledgerOf(best);
            int floorClass = CoolingHeads.classOf(best);
            if (!ledgers[ledger].passHead(floorClass, blocked, nowMillis)) {
                long released = shared ? heads.firstChoiceMillis(best, nowMillis) : StripeHints.NONE;
                ledgers[ledger].takeCooling(lease, this, rule, floorClass, nowMillis);
                if (shared) {
                    hint(released, nowMillis);
                }
                return counted(ledger, lease, nowMillis);
            }
        }
        if (shared) {
            hint(StripeHints.NONE, nowMillis);
        }
        return false;
    }

    private boolean takeAside(Lease lease, PortSet blocked, long nowMillis) {
        for (int i = 0; i < ledgers.length; i++) {
            if (ledgers[i].hasAside(blocked, nowMillis, pool.lookAgainMillis())) {
                ledgers[i].takeAside(lease, this, nowMillis);
                return counted(i, lease, nowMillis);
            }
        }
        return false;
    }

    /** Of the sources with ports never used, the one with most headroom; −1 if there is none. */
    private int bestUnused(PortSet blocked, long leastAgeMillis, long nowMillis) {
        int best = -1;
        int bestHeadroom = 0;
        for (int i = 0; i < ledgers.length; i++) {
            if (ledgers[i].unusedAfterBlocked(blocked, nowMillis) > 0) {
                int headroom = ledgers[i].headroom(nowMillis, leastAgeMillis, pool.lookAgainMillis());
                if (headroom > bestHeadroom) {
                    best = i;
                    bestHeadroom = headroom;
                }
            }
        }
        return best;
    }

    /**
     * Lets the other stripes know. What was released after {@code taken}, the oldest, cannot be older, so as a rule nothing has to be
     * looked for.
     *
     * @param taken release time of the first choice just leased, {@link StripeHints#NONE} if there was none
     */
    private void hint(long taken, long nowMillis) {
        if (taken == StripeHints.NONE || nowMillis >= heads.wakesMillis()) {
            hints.publishExactly(number, heads.lookForOldest(nowMillis));
            hintWaking();
        } else {
            hints.publishAtLeast(number, taken);
        }
    }

    private void hintWaking() {
        if (shared) {
            hints.publishWaking(number, heads.wakesMillis(), heads.wakingMillis());
        }
    }

    private boolean counted(int source, Lease lease, long nowMillis) {
        rate.count(nowMillis);
        leases[source]++;
        if (lease.isReuse()) {
            ages.record(lease.ageMillis());
        }
        return true;
    }

    void release(PortLedger ledger, int port, Ending ending, long nowMillis) {
        boolean strict = pool.isStrict(nowMillis);
        lock();
        try {
            long floor = ledger.release(port, rule, ending, strict, nowMillis);
            meanFloorMillis += meanFloorMillis == 0 ? floor : (floor - meanFloorMillis) / MEAN_OVER;
            rate.countEnd(nowMillis);
            hintWaking();
        } finally {
            unlock();
        }
        pool.noteRtt(ending.srttMicros());
        pool.released(nowMillis);
    }

    long floorMillis(Ending ending, long nowMillis) {
        return pool.isStrict(nowMillis)
                ? pool.rule().strictFloorMillis(ending)
                : pool.rule().floorMillis(ending);
    }

    long unknownFloorMillis() {
        return pool.rule().floors().unknownMillis();
    }

    long expectedRttMicros() {
        return pool.srttMicros();
    }

    void setAside(PortLedger ledger, int port, boolean used, long nowMillis) {
        lock();
        try {
            ledger.setAside(port, used, nowMillis);
            rate.countEnd(nowMillis);
        } finally {
            unlock();
        }
        pool.released(nowMillis);
    }

    void putBack(PortLedger ledger, int floorClass, long entry, long cookie, long nowMillis) {
        lock();
        try {
            ledger.putBack(floorClass, entry, cookie);
            rate.countEnd(nowMillis);
            hintWaking();
        } finally {
            unlock();
        }
        pool.released(nowMillis);
    }

    boolean seed(IpAddress source, int port, KernelState state, long floorMillis, long releasedMillis) {
        lock();
        try {
            for (PortLedger ledger : ledgers) {
                if (ledger.source().equals(source)) {
                    // As long as this can succeed ports never used are left, and the hint says so.
                    return ledger.seed(port, state, floorMillis, releasedMillis);
                }
            }
            return false;
        } finally {
            unlock();
        }
    }

    /** Other floors apply from now on; what cools keeps the one it has. */
    void reclassify(FloorClasses classes, long nowMillis) {
        lock();
        try {
            rule = pool.rule();
            heads = new CoolingHeads(classes, ledgers.length);
            for (PortLedger ledger : ledgers) {
                ledger.reclassify(classes, heads);
            }
            if (shared && !unusedLeft) {
                hint(StripeHints.NONE, nowMillis);
            }
            hintWaking();
        } finally {
            unlock();
        }
    }

    /** When the first floor passes; {@link MustWait#UNTIL_RELEASE} if nothing cools. */
    long nextMillis(long leastAgeMillis) {
        lock();
        try {
            long next = MustWait.UNTIL_RELEASE;
            for (PortLedger ledger : ledgers) {
                next = Math.min(next, ledger.nextMillis(leastAgeMillis, pool.lookAgainMillis()));
            }
            return next;
        } finally {
            unlock();
        }
    }

    /** Refuses every lease from now on if a new stripe would know as much; false if this one is still needed. */
    boolean retire(long nowMillis, long asNewMillis) {
        lock();
        try {
            for (PortLedger ledger : ledgers) {
                if (!ledger.isAsGoodAsNew(nowMillis, asNewMillis)) {
                    return false;
                }
            }
            retired = true;
            return true;
        } finally {
            unlock();
        }
    }

    void unretire() {
        lock();
        try {
            retired = false;
        } finally {
            unlock();
        }
    }

    void findRelief(OldestTimes oldest, long nowMillis) {
        lock();
        try {
            for (PortLedger ledger : ledgers) {
                ledger.findRelief(pool.rule(), oldest, nowMillis);
            }
        } finally {
            unlock();
        }
    }

    void takeRelief(List<FourTuple> into, int most, long untilMillis, long nowMillis) {
        lock();
        try {
            for (PortLedger ledger : ledgers) {
                ledger.takeRelief(pool.rule(), into, most, untilMillis, nowMillis);
            }
        } finally {
            unlock();
        }
    }

    // ---- looking ----

    void visit(PortVisitor visitor) {
        lock();
        try {
            for (PortLedger ledger : ledgers) {
                ledger.visit(visitor);
            }
        } finally {
            unlock();
        }
    }

    void addRatesTo(long[] perSecond, long[] endsPerSecond, AgeHistogram sum, long nowMillis) {
        lock();
        try {
            rate.addTo(perSecond, endsPerSecond, nowMillis);
            ages.addTo(sum);
        } finally {
            unlock();
        }
    }

    long grownInMinute(long nowMillis) {
        lock();
        try {
            return rate.grownInMinute(nowMillis);
        } finally {
            unlock();
        }
    }

    double meanFloorMillis() {
        lock();
        try {
            return meanFloorMillis;
        } finally {
            unlock();
        }
    }

    int belowFloorAt(long atMillis, long leastAgeMillis) {
        lock();
        try {
            int sum = 0;
            for (PortLedger ledger : ledgers) {
                sum += ledger.belowFloorAt(atMillis, leastAgeMillis, pool.lookAgainMillis());
            }
            return sum;
        } finally {
            unlock();
        }
    }

    SourceSnapshot snapshot(int source, long leastAgeMillis, long nowMillis) {
        lock();
        try {
            PortLedger ledger = ledgers[source];
            return new SourceSnapshot(
                    ledger.source(),
                    ledger.portCount(),
                    ledger.leasedCount(),
                    ledger.coolingCount(),
                    ledger.unusedCount(),
                    ledger.asideCount(),
                    ledger.headroom(nowMillis, leastAgeMillis, pool.lookAgainMillis()),
                    ledger.believedTimeWait(nowMillis),
                    leases[source]);
        } finally {
            unlock();
        }
    }
}
