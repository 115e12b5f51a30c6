package dev.tidewait.ports;

/** What a start found of the incarnations before it. Asked once for each new ledger, by the thread that leases. */
@FunctionalInterface
public interface EarlierIncarnations {
    /** A first start. */
    EarlierIncarnations NONE = (destination, floors, nowMillis, into) -> {};

    /** A ledger that nobody has leased from yet. */
    @FunctionalInterface
    interface NewLedger {
        /**
         * Enters an incarnation that was over at {@code releasedMillis}.
         *
         * @return false if the four-tuple is not one of this ledger's, or was entered before
         */
        boolean enter(IpAddress source, int port, KernelState state, long floorMillis, long releasedMillis);
    }

    /**
     * Enters everything that is known of {@code destination}, oldest first.
     *
     * @param floors the destination's own
     */
    void enter(Destination destination, Floors floors, long nowMillis, NewLedger into);
}
