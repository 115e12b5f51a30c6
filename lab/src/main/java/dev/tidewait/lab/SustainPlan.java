package dev.tidewait.lab;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What {@code lab sustain} does. Immutable.
 *
 * @param duration how long the measured load runs
 * @param warmUp how long the same load runs before, at half the rate of an open loop: the JVM compiles what is used often
 * @param timestamps whether the server uses TCP timestamps
 * @param endings who closes first, with weights
 * @param nat whether a masquerading router stands between proxy and server
 * @param ipv6 IPv6 instead of IPv4
 * @param sources addresses of the proxy towards the server
 * @param ports ports for each source; empty = all that the narrowed range leaves
 * @param ratePerSecond open loop at this rate; empty = closed loop
 * @param inFlight transactions at any time in the closed loop
 * @param fixed a fixed TIME_WAIT; empty = the rule's floors
 * @param settings further lines of the proxy's configuration
 */
public record SustainPlan(
        Duration duration,
        Duration warmUp,
        boolean timestamps,
        Map<CloseOrder, Integer> endings,
        boolean nat,
        boolean ipv6,
        int sources,
        OptionalInt ports,
        OptionalDouble ratePerSecond,
        int inFlight,
        Optional<Duration> fixed,
        List<String> settings) {
    /** What 1024-65535 less 64000-65535 leaves. */
    public static final int ALL_PORTS = 62_976;

    /** First port where a number of ports is given. */
    private static final int FIRST_PORT = 20_000;

    public SustainPlan {
        endings = Map.copyOf(endings);
        settings = List.copyOf(settings);
    }

    SustainPlan withRate(double perSecond) {
        return new SustainPlan(
                duration,
                warmUp,
                timestamps,
                endings,
                nat,
                ipv6,
                sources,
                ports,
                OptionalDouble.of(perSecond),
                inFlight,
                fixed,
                settings);
    }

    SustainPlan withNat(boolean on) {
        return new SustainPlan(
                duration,
                warmUp,
                timestamps,
                endings,
                on,
                ipv6,
                sources,
                ports,
                ratePerSecond,
                inFlight,
                fixed,
                settings);
    }

    SustainPlan withIpv6(boolean on) {
        return new SustainPlan(
                duration,
                warmUp,
                timestamps,
                endings,
                nat,
                on,
                sources,
                ports,
                ratePerSecond,
                inFlight,
                fixed,
                settings);
    }

    int portCount() {
        return ports.orElse(ALL_PORTS);
    }

    /** As the proxy's configuration takes them. */
    String portsSetting() {
        return ports.isEmpty() ? "auto" : "\"" + FIRST_PORT + "-" + (FIRST_PORT + ports.getAsInt() - 1) + "\"";
    }

    /** The floor of connections that end in {@code order}, by the rule's defaults. */
    Duration floor(CloseOrder order) {
        Duration row = timestamps
                ? Duration.ofSeconds(1)
                : order == CloseOrder.SERVER ? Duration.ofSeconds(15) : Duration.ofSeconds(5);
        return fixed.filter(length -> length.compareTo(row) > 0).orElse(row);
    }

    /** The least floor of all endings that occur. */
    Duration leastFloor() {
        return endings.keySet().stream()
                .map(this::floor)
                .min(Duration::compareTo)
                .orElseThrow();
    }

    /** Connections a second that the ports can carry for ever: each ending holds its port for its floor. */
    double possiblePerSecond() {
        double weights = 0;
        double portSeconds = 0;
        for (Map.Entry<CloseOrder, Integer> ending : endings.entrySet()) {
            weights += ending.getValue();
            portSeconds += ending.getValue() * floor(ending.getKey()).toMillis() / 1e3;
        }
        return portCount() * (double) sources * weights / portSeconds;
    }
}
