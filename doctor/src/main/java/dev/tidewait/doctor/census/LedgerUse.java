package dev.tidewait.doctor.census;

/**
 * What Tidewait's own port ledger says of one source and one destination. Immutable.
 *
 * <p>Sockets do not show it: a connection that the server closed first, or that a reset ended, leaves none here and its port rests all the same.
 *
 * @param usable ports that may be leased at all
 * @param leased live connections
 * @param cooling released, not yet as good as new
 * @param aside listening, refused or still held by the kernel
 * @param headroom ports that could be leased now
 * @param waiting how many stand in line for a port, of any source
 * @param leasesPerSecond over the last ten full seconds, from all sources
 * @param leastFloorMillis the age below which no port is leased again
 * @param exhaustion when the ports of all sources are taken
 */
public record LedgerUse(
        int usable,
        int leased,
        int cooling,
        int aside,
        int headroom,
        int waiting,
        double leasesPerSecond,
        long leastFloorMillis,
        Exhaustion exhaustion) {
    /** Ports that could not be leased now. */
    int taken() {
        return Math.max(0, usable - headroom);
    }

    /** Ports that are not as good as new. */
    int inUse() {
        return Math.max(taken(), Math.min(usable, leased + cooling + aside));
    }

    /** Whether it says anything that is worth a row. */
    boolean isNoticeable() {
        return taken() > 0 || waiting > 0;
    }

    /** Of two programs that serve the same source and destination with ports of their own; the one that runs out first gives the time. */
    LedgerUse plus(LedgerUse other) {
        return new LedgerUse(
                usable + other.usable,
                leased + other.leased,
                cooling + other.cooling,
                aside + other.aside,
                headroom + other.headroom,
                waiting + other.waiting,
                leasesPerSecond + other.leasesPerSecond,
                Math.min(leastFloorMillis, other.leastFloorMillis),
                seconds(exhaustion) <= seconds(other.exhaustion) ? exhaustion : other.exhaustion);
    }

    private static double seconds(Exhaustion exhaustion) {
        return switch (exhaustion) {
            case Exhaustion.Reached ignored -> 0;
            case Exhaustion.Foreseen foreseen -> foreseen.seconds();
            case Exhaustion.NotForeseen ignored -> Double.POSITIVE_INFINITY;
        };
    }
}
