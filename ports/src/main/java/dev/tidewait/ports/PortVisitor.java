package dev.tidewait.ports;

/** Is shown every port of a pool that is not leased, in no order of places, but oldest first within one. */
@FunctionalInterface
interface PortVisitor {
    /** Where a port that is not leased may be. */
    enum Place {
        UNUSED,
        COOLING,
        SECOND_CHOICE,
        ASIDE
    }

    /**
     * @param releasedMillis when it came to that place, on the caller's clock; meaningless for an unused port
     * @param floorMillis of its class; 0 if it is not cooling
     */
    void port(IpAddress source, int port, Place place, KernelState state, long releasedMillis, long floorMillis);
}
