package dev.tidewait.ports;

import java.util.Locale;
import java.util.stream.Collectors;

/**
 * No port, and waiting cannot help or has ended. Immutable.
 *
 * @param why the cause
 * @param snapshot the state of the destination's ports at that moment
 */
public record Exhausted(Why why, PoolSnapshot snapshot) implements LeaseOutcome {
    /** Causes. */
    public enum Why {
        /** The destination has no source with at least one usable port. */
        NO_USABLE_PORT,
        /** The deadline came first. */
        DEADLINE,
        /** The line of those who wait is full. */
        LINE_FULL,
        /** There are as many destinations as there may be. */
        TOO_MANY_DESTINATIONS,
        /** The owner stops. */
        STOPPING
    }

    /**
     * What happened, why, and what to do, in one line.
     *
     * @param waitedMillis time spent in line
     */
    public String explain(long waitedMillis) {
        return switch (why) {
            case NO_USABLE_PORT ->
                "no usable port to " + snapshot.destination() + ": none of the sources (" + sources()
                        + ") has a port left; widen `sources.ports` or narrow net.ipv4.ip_local_port_range";
            case DEADLINE -> shortage("no port came free within " + waitedMillis + " ms") + "; " + remedy();
            case LINE_FULL -> shortage("the line is full with " + snapshot.waiting() + " waiting") + "; " + remedy();
            case TOO_MANY_DESTINATIONS ->
                "no ledger for " + snapshot.destination() + ": as many destinations as allowed are in use; raise "
                        + "`sources.destinations`";
            case STOPPING -> "no port to " + snapshot.destination() + ": stopping";
        };
    }

    private String shortage(String what) {
        return String.format(
                Locale.ROOT,
                "no port to %s: %s; %d ports from %d source%s (%s): %d live, %d cooling, %d set aside, %d ready; "
                        + "leased %.1f/s, possible %.1f/s at a floor of %d ms",
                snapshot.destination(),
                what,
                snapshot.usable(),
                snapshot.sources().size(),
                snapshot.sources().size() == 1 ? "" : "s",
                sources(),
                snapshot.leased(),
                snapshot.cooling(),
                snapshot.aside(),
                snapshot.headroom(),
                snapshot.leaseRatePerSecond(),
                snapshot.possibleRatePerSecond(),
                snapshot.presentFloorMillis());
    }

    private String remedy() {
        return snapshot.leased() * 2 > snapshot.usable()
                ? "most ports are held by live connections: add source addresses or ports (`sources`), or close idle connections"
                : "add source addresses or ports (`sources`), or reuse connections (keep-alive)";
    }

    private String sources() {
        return snapshot.sources().stream()
                .limit(4)
                .map(source -> source.source().toString())
                .collect(Collectors.joining(", ", "", snapshot.sources().size() > 4 ? ", …" : ""));
    }
}
