package dev.tidewait.doctor.census;

import java.util.Comparator;

/** Which destination is nearest to its end. Pure functions; any thread. */
public final class Danger {
    /** A forecast beyond this is no danger yet; how much is taken says more. */
    public static final double NEAR_SECONDS = 600;

    /** Of the usable ports, taken; below, a forecast is no more than the echo of one burst. */
    public static final double FORECAST_COUNTS = 0.2;

    /** The most endangered one first: what ends within ten minutes by its end, then by the share that is taken, then by sockets. */
    static final Comparator<DestinationUse> MOST_FIRST = Comparator.comparingDouble(Danger::nearSeconds)
            .thenComparing(Comparator.comparingDouble(Danger::shareTaken).reversed())
            .thenComparing(
                    Comparator.comparingInt((DestinationUse use) -> use.counts().total())
                            .reversed());

    private Danger() {}

    private static double nearSeconds(DestinationUse use) {
        double seconds = use.secondsToExhaustion().orElse(Double.POSITIVE_INFINITY);
        boolean counts = seconds == 0 || (seconds <= NEAR_SECONDS && shareTaken(use) >= FORECAST_COUNTS);
        return counts ? seconds : Double.POSITIVE_INFINITY;
    }

    private static double shareTaken(DestinationUse use) {
        return (double) use.taken() / Math.max(1, use.usable());
    }
}
