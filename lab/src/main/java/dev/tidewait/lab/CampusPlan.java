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
 */
record CampusPlan(Duration duration, double perSecond, int servers, List<Way> ways, Duration interval) {
    /** Addresses that refuse. */
    static final int REFUSING = 8;

    static final int CLIENT_ADDRESSES = 200;

    /** Half an hour. */
    static final CampusPlan STANDARD =
            new CampusPlan(Duration.ofMinutes(30), 300, 500, List.of(Way.values()), Duration.ofSeconds(10));

    CampusPlan {
        ways = List.copyOf(ways);
    }

    CampusPlan withDuration(Duration newDuration) {
        return new CampusPlan(newDuration, perSecond, servers, ways, interval);
    }

    CampusPlan withRate(double newPerSecond) {
        return new CampusPlan(duration, newPerSecond, servers, ways, interval);
    }

    CampusPlan withServers(int count) {
        return new CampusPlan(duration, perSecond, count, ways, interval);
    }

    CampusPlan withWays(List<Way> newWays) {
        return new CampusPlan(duration, perSecond, servers, newWays, interval);
    }

    CampusPlan withInterval(Duration newInterval) {
        return new CampusPlan(duration, perSecond, servers, ways, newInterval);
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
