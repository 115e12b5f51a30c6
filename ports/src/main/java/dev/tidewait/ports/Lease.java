package dev.tidewait.ports;

import org.jspecify.annotations.Nullable;

/**
 * One four-tuple, handed out for one connection until it is released.
 *
 * <p>The caller makes an empty lease, lets {@link PortLedgers#lease} fill it, and gives it back exactly once with {@link
 * #release}, {@link #setAside} or {@link #putBack}; then it is empty and may be filled again. A lease that was given back
 * cannot be given back a second time, so a four-tuple can never be in two hands. Not thread safe: owned by the connection's event
 * loop.
 */
public final class Lease implements LeaseOutcome {
    private @Nullable LedgerStripe stripe;
    private @Nullable PortLedger ledger;
    private long entry;
    private long cookie;
    private long leasedMillis;
    private int floorClass;
    private Preparation preparation = Preparation.NONE;

    void fill(
            LedgerStripe stripe,
            PortLedger ledger,
            long entry,
            long cookie,
            int floorClass,
            Preparation preparation,
            long nowMillis) {
        if (this.stripe != null) {
            throw new IllegalStateException(this + " is held already; release it first");
        }
        this.stripe = stripe;
        this.ledger = ledger;
        this.entry = entry;
        this.cookie = cookie;
        this.floorClass = floorClass;
        this.preparation = preparation;
        this.leasedMillis = nowMillis;
    }

    public boolean isHeld() {
        return stripe != null;
    }

    public IpAddress source() {
        return held().source();
    }

    /** 1 to 65,535. */
    public int sourcePort() {
        held();
        return CoolingQueue.port(entry);
    }

    public Destination destination() {
        return held().destination();
    }

    public FourTuple fourTuple() {
        return new FourTuple(source(), sourcePort(), destination());
    }

    /** What must be done before the port is bound. */
    public Preparation preparation() {
        return preparation;
    }

    /** The cookie of the TIME_WAIT socket to destroy; 0 if there is none. */
    public long cookie() {
        return cookie;
    }

    /** Whether connect() may take a TIME_WAIT over, so that the sequence number will not come from the kernel's clock. */
    public boolean maySteal() {
        held();
        return CoolingQueue.state(entry) == KernelState.STEALABLE;
    }

    /** Whether an incarnation of ours was on this four-tuple before. */
    public boolean isReuse() {
        held();
        return CoolingQueue.used(entry);
    }

    /** Time from the last release to this lease, in milliseconds; −1 if it was never used before. */
    public long ageMillis() {
        return isReuse() ? leasedMillis - held().toClock(CoolingQueue.releasedMillis(entry)) : -1;
    }

    /** When it was leased, on the caller's clock. */
    public long leasedMillis() {
        return leasedMillis;
    }

    /** The connection is over and its socket closed: the four-tuple cools by what {@code ending} says. */
    public void release(Ending ending, long nowMillis) {
        LedgerStripe owner = owner();
        PortLedger from = held();
        clear();
        owner.release(from, CoolingQueue.port(entry), ending, nowMillis);
    }

    /**
     * The kernel refuses this four-tuple (EADDRINUSE, EADDRNOTAVAIL) or still holds it: it is left alone and looked up again after
     * the unknown row's floor.
     */
    public void setAside(long nowMillis) {
        LedgerStripe owner = owner();
        PortLedger from = held();
        clear();
        owner.setAside(from, CoolingQueue.port(entry), CoolingQueue.used(entry), nowMillis);
    }

    /** Nothing was sent from it: it goes back to where it was, with its age. */
    public void putBack(long nowMillis) {
        LedgerStripe owner = owner();
        PortLedger from = held();
        clear();
        owner.putBack(from, floorClass, entry, cookie, nowMillis);
    }

    /** Hands the four-tuple on to {@code other}, which is empty; this lease is empty afterwards. */
    public void moveTo(Lease other) {
        other.fill(owner(), held(), entry, cookie, floorClass, preparation, leasedMillis);
        clear();
    }

    /** Smoothed round-trip time of the last connection to the destination that ended, in microseconds; 0 = not known. */
    public long expectedRttMicros() {
        return owner().expectedRttMicros();
    }

    /** How long the four-tuple will have to cool after {@code ending}, in milliseconds. */
    public long floorMillis(Ending ending, long nowMillis) {
        return owner().floorMillis(ending, nowMillis);
    }

    /** The unknown row's floor towards this destination, in milliseconds. */
    public long unknownFloorMillis() {
        return owner().unknownFloorMillis();
    }

    private void clear() {
        stripe = null;
        ledger = null;
    }

    private PortLedger held() {
        if (ledger == null) {
            throw new IllegalStateException("this lease is empty: it was never filled, or was given back already");
        }
        return ledger;
    }

    private LedgerStripe owner() {
        held();
        if (stripe == null) {
            throw new IllegalStateException("a held lease without its stripe");
        }
        return stripe;
    }

    @Override
    public String toString() {
        return ledger == null ? "no lease" : "lease of " + fourTuple();
    }
}
