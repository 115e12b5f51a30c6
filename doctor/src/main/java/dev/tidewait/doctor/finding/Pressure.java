package dev.tidewait.doctor.finding;

import dev.tidewait.doctor.census.Danger;
import dev.tidewait.doctor.census.DestinationUse;
import dev.tidewait.doctor.census.Exhaustion;
import dev.tidewait.doctor.census.Owner;
import dev.tidewait.ports.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** How near a destination is to the end of its ports, in numbers and in words. Pure functions; any thread. */
final class Pressure {
    /** Less than this is too late for a person. */
    static final double TROUBLE_SECONDS = 60;

    /** Of the usable ports; beyond, a burst of a few seconds takes the rest. */
    private static final double NEARLY_FULL = 0.8;

    /** Half of the ports: from here on connect() goes through the whole first parity before it finds one. */
    private static final double HALF = 0.5;

    private static final int OWNERS_NAMED = 3;

    private Pressure() {}

    /** {@link Severity#OK} if nothing is near. */
    static Severity of(DestinationUse use) {
        double left = foreseen(use.exhaustion(), use.taken(), use.usable());
        if (left <= TROUBLE_SECONDS) {
            return Severity.TROUBLE;
        }
        return left <= Danger.NEAR_SECONDS || use.taken() >= NEARLY_FULL * use.usable()
                ? Severity.WARNING
                : Severity.OK;
    }

    /**
     * Seconds until it is gone: 0 for now, infinite for never, and while so little is taken that nothing can be said.
     *
     * @param taken of {@code limit}
     */
    static double foreseen(Exhaustion exhaustion, long taken, long limit) {
        return switch (exhaustion) {
            case Exhaustion.Reached ignored -> 0;
            case Exhaustion.Foreseen foreseen ->
                taken >= Danger.FORECAST_COUNTS * limit ? foreseen.seconds() : Double.POSITIVE_INFINITY;
            case Exhaustion.NotForeseen ignored -> Double.POSITIVE_INFINITY;
        };
    }

    /** Half of the ports are taken, or they will be gone within ten minutes. */
    static boolean isNoticeable(DestinationUse use) {
        return of(use) != Severity.OK || use.taken() >= HALF * use.usable();
    }

    /** More than half of what it holds is TIME_WAIT. */
    static boolean isMostlyTimeWait(DestinationUse use) {
        return 2L * use.counts().timeWait() > use.counts().total();
    }

    static boolean isLoopback(IpAddress address) {
        return address.toInetAddress().isLoopbackAddress();
    }

    /** From where to where. */
    static String way(DestinationUse use) {
        return use.source() + " to " + use.destination();
    }

    /** What is taken, by what, and how fast. */
    static List<String> evidence(DestinationUse use) {
        List<String> lines = new ArrayList<>();
        lines.add(Figures.count(use.inUse()) + " of " + Figures.count(use.usable()) + " ports are taken ("
                + Figures.count(use.counts().timeWait()) + " TIME_WAIT, "
                + Figures.count(use.counts().live())
                + " live); " + Figures.count(use.headroom()) + " can be used now");
        use.newPerSecond().ifPresent(rate -> lines.add(Figures.rate(rate) + " new connections"));
        if (!use.owners().seen().isEmpty()) {
            lines.add("live connections are held by " + owners(use));
        }
        return lines;
    }

    /** The programs with the most sockets. */
    static String owners(DestinationUse use) {
        return use.owners().seen().stream()
                .limit(OWNERS_NAMED)
                .map(Pressure::owner)
                .collect(Collectors.joining(", "));
    }

    private static String owner(Owner owner) {
        return owner.program() + " (pid " + owner.pid() + ", " + Figures.count(owner.socketCount(), "socket", "sockets")
                + ")";
    }
}
