package dev.tidewait.lab.reload;

import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Tries what a reload has changed: new listeners and users get a tunnel, which then lives through all later reloads; at the address of a
 * removed listener nobody may be accepted. Used by one thread.
 */
final class Trial {
    private final SteadyWays ways;
    private final SteadyConnections steady;

    Trial(SteadyWays ways, SteadyConnections steady) {
        this.ways = ways;
        this.steady = steady;
    }

    /** What is wrong; empty = nothing. Tunnels that cannot be opened are counted with the others. */
    String trouble(ConfigurationText before, ConfigurationText after) {
        for (InetSocketAddress added : without(after, before)) {
            steady.open(SteadyConnection.Use.TUNNEL, ways.through(added));
        }
        if (!after.user().equals(before.user())) {
            steady.open(SteadyConnection.Use.TUNNEL, ways.as(after.user()));
        }
        for (InetSocketAddress removed : without(before, after)) {
            if (SteadyConnection.isAccepted(ways.through(removed))) {
                return removed + " still accepts";
            }
        }
        return "";
    }

    private static Set<InetSocketAddress> without(ConfigurationText some, ConfigurationText others) {
        Set<InetSocketAddress> left = new LinkedHashSet<>(some.listeners().values());
        left.removeAll(others.listeners().values());
        return left;
    }
}
