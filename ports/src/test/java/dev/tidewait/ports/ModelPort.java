package dev.tidewait.ports;

/** One four-tuple of {@link PoolModel}. */
final class ModelPort {
    /** Where a port is. */
    enum Place {
        UNUSED,
        LEASED,
        COOLING,
        SECOND_CHOICE,
        ASIDE
    }

    final int source;
    final int port;
    final int stripe;
    Place place = Place.UNUSED;
    Place before = Place.UNUSED;
    KernelState state = KernelState.UNKNOWN;
    long cookie;
    boolean used;
    long sinceMillis = Long.MIN_VALUE;
    long floorMillis;
    /** What the rule forbids, whatever happened to the port since. */
    long notBeforeMillis = Long.MIN_VALUE;

    long reuseMillis;
    boolean inexact;
    int seen;

    ModelPort(int source, int port, int stripe) {
        this.source = source;
        this.port = port;
        this.stripe = stripe;
    }

    boolean cools() {
        return place == Place.COOLING || place == Place.SECOND_CHOICE;
    }

    boolean isSecondChoice(long now) {
        return place == Place.SECOND_CHOICE && now - sinceMillis < PoolModel.KERNEL_MILLIS;
    }

    boolean isFirstChoice(long now) {
        return cools() && !isSecondChoice(now);
    }

    @Override
    public String toString() {
        return source + ":" + port + " (stripe " + stripe + ") " + place + " since " + sinceMillis + " floor "
                + floorMillis + " " + state;
    }
}
