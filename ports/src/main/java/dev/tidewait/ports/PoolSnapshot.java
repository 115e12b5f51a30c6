package dev.tidewait.ports;

import java.util.List;
import java.util.function.ToIntFunction;

/**
 * All ports towards one destination at one moment. Immutable.
 *
 * @param destination where to
 * @param sources one entry for each source
 * @param leaseRatePerSecond mean over the last ten full seconds
 * @param timeToExhaustionSeconds when live and not yet reusable ports will reach the usable ones; −1 = not within {@link
 *     Forecast#HORIZON_SECONDS}
 * @param ageAtReuse since the start
 * @param waiting how many stand in line
 * @param waited how many ever stood in line
 * @param gaveUp how many left the line without a port
 * @param leastFloorMillis the shortest floor that applies here now
 * @param presentFloorMillis how long a released port cools as things are: the mean of the last connections that ended
 * @param sequenceStrict whether the no-timestamps rows apply because the destination met reused four-tuples with silence
 */
public record PoolSnapshot(
        Destination destination,
        List<SourceSnapshot> sources,
        double leaseRatePerSecond,
        double timeToExhaustionSeconds,
        AgeAtReuse ageAtReuse,
        int waiting,
        long waited,
        long gaveUp,
        long leastFloorMillis,
        long presentFloorMillis,
        boolean sequenceStrict) {
    public PoolSnapshot {
        sources = List.copyOf(sources);
    }

    public int usable() {
        return sum(SourceSnapshot::usable);
    }

    public int leased() {
        return sum(SourceSnapshot::leased);
    }

    public int cooling() {
        return sum(SourceSnapshot::cooling);
    }

    public int aside() {
        return sum(SourceSnapshot::aside);
    }

    public int headroom() {
        return sum(SourceSnapshot::headroom);
    }

    /** The highest rate of connections that these ports can carry for ever if none of them lasts and they end as the last ones did. */
    public double possibleRatePerSecond() {
        return usable() * 1_000.0 / presentFloorMillis;
    }

    private int sum(ToIntFunction<SourceSnapshot> count) {
        return sources.stream().mapToInt(count).sum();
    }
}
