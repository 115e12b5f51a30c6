package dev.tidewait.lab;

import dev.tidewait.lab.campus.Way;
import java.time.Duration;
import java.util.List;

/**
 * What {@code lab campus} does. Immutable; start from {@link #STANDARD}.
 *
 * @param duration how long visits begin
 * @param perSecond visits a second, open loop
 * @param servers addresses that answer on ports 80 (HTTP) and 443 (tunnels)
 * @param ways how people go through the proxy, in equal shares
 * @param interval between two samples
 * @param settings further lines of the proxy's configuration; none in the long form
 */
record CampusPlan(
        Duration duration, double perSecond, int servers, List<Way> ways, Duration interval, List<String> settings) {
    /** Addresses that refuse. */
    static final int REFUSING = 8;

    static final int CLIENT_ADDRESSES = 200;

    /** Half an hour. */
    static final CampusPlan STANDARD =
            new CampusPlan(Duration.ofMinutes(30), 300, 500, List.of(Way.values()), Duration.ofSeconds(10), List.of());

    CampusPlan {
        ways = List.copyOf(ways);
        settings = List.copyOf(settings);
    }

    CampusPlan withDuration(Duration newDuration) {
        return new CampusPlan(newDuration, perSecond, servers, ways, interval, settings);
    }

    CampusPlan withRate(double newPerSecond) {
        return new CampusPlan(duration, newPerSecond, servers, ways, interval, settings);
    }

    CampusPlan withServers(int count) {
        return new CampusPlan(duration, perSecond, count, ways, interval, settings);
    }

    CampusPlan withWays(List<Way> newWays) {
        return new CampusPlan(duration, perSecond, servers, newWays, interval, settings);
    }

    CampusPlan withInterval(Duration newInterval) {
        return new CampusPlan(duration, perSecond, servers, ways, newInterval, settings);
    }

    CampusPlan withSettings(String... lines) {
        return new CampusPlan(duration, perSecond, servers, ways, interval, List.of(lines));
    }

    /** Destinations that answer: servers, twice where both ports are asked for. */
    int destinations() {
        return servers * portsAskedFor(ways);
    }

    /** All that is connected to, those that refuse or answer no SYN included. */
    int everything() {
        return destinations() + (REFUSING + 1) * portsAskedFor(ways);
    }

    /** 1 or 2. */
    static int portsAskedFor(List<Way> ways) {
        return (ways.contains(Way.HTTP) ? 1 : 0) + (ways.stream().anyMatch(way -> way != Way.HTTP) ? 1 : 0);
    }
}
