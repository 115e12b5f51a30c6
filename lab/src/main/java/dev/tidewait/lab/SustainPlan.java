package dev.tidewait.lab;

import dev.tidewait.ports.Floors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * What {@code lab sustain} does. Immutable; start from {@link #STANDARD}.
 *
 * @param duration how long the measured load runs
 * @param warmUp how long the same load runs before, at half the rate of an open loop: the JVM compiles what is used often
 * @param bed what stands between client and server
 * @param endings who closes first, with weights
 * @param ports ports for each source; empty = all that the narrowed range leaves
 * @param ratePerSecond open loop at this rate; empty = closed loop
 * @param inFlight transactions at any time in the closed loop; empty = as many as suit the ports
 * @param floors the proxy's setting
 * @param http when present, the HTTP forward proxy instead of the TCP listener
 */
public record SustainPlan(
        Duration duration,
        Duration warmUp,
        TopologyPlan bed,
        Map<CloseOrder, Integer> endings,
        OptionalInt ports,
        OptionalDouble ratePerSecond,
        OptionalInt inFlight,
        Floors floors,
        Optional<HttpSustain> http) {
    /** What 1024-65535 less 64000-65535 leaves. */
    public static final int ALL_PORTS = 62_976;

    /** First port where a number of ports is given. */
    private static final int FIRST_PORT = 20_000;

    /** How many ports can be asked for by number. */
    static final int MOST_PORTS = 44_000;

    private static final int IN_FLIGHT = 64;
    /** So many that what the proxy's event loops differ by does not count; each of them keeps connections of its own. */
    private static final int IN_FLIGHT_KEPT = 1_000;

    private static final int MOST_IN_LINE = 4_096;
    /** Who stands in line longer than 5 s is sent away; with floors that differ the line moves unevenly. */
    private static final double SECONDS_IN_LINE = 2;

    /** All ports, closed loop, the client closes first, 90 s after 15 s. */
    public static final SustainPlan STANDARD = new SustainPlan(
            Duration.ofSeconds(90),
            Duration.ofSeconds(15),
            TopologyPlan.STANDARD,
            Map.of(CloseOrder.CLIENT, 1),
            OptionalInt.empty(),
            OptionalDouble.empty(),
            OptionalInt.empty(),
            Floors.DEFAULT,
            Optional.empty());

    public SustainPlan {
        endings = Map.copyOf(endings);
    }

    SustainPlan withTimes(Duration newWarmUp, Duration newDuration) {
        return new SustainPlan(newDuration, newWarmUp, bed, endings, ports, ratePerSecond, inFlight, floors, http);
    }

    SustainPlan withBed(TopologyPlan newBed) {
        return new SustainPlan(duration, warmUp, newBed, endings, ports, ratePerSecond, inFlight, floors, http);
    }

    SustainPlan withEndings(Map<CloseOrder, Integer> weights) {
        return new SustainPlan(duration, warmUp, bed, weights, ports, ratePerSecond, inFlight, floors, http);
    }

    SustainPlan withPorts(int count) {
        return new SustainPlan(
                duration, warmUp, bed, endings, OptionalInt.of(count), ratePerSecond, inFlight, floors, http);
    }

    SustainPlan withRate(double perSecond) {
        return new SustainPlan(
                duration, warmUp, bed, endings, ports, OptionalDouble.of(perSecond), inFlight, floors, http);
    }

    SustainPlan withInFlight(int count) {
        return new SustainPlan(
                duration, warmUp, bed, endings, ports, ratePerSecond, OptionalInt.of(count), floors, http);
    }

    SustainPlan withFloors(Floors newFloors) {
        return new SustainPlan(duration, warmUp, bed, endings, ports, ratePerSecond, inFlight, newFloors, http);
    }

    SustainPlan withHttp(HttpSustain newHttp) {
        return new SustainPlan(
                duration, warmUp, bed, endings, ports, ratePerSecond, inFlight, floors, Optional.of(newHttp));
    }

    boolean timestamps() {
        return bed.serverTimestamps();
    }

    int sources() {
        return bed.proxySources();
    }

    /** The proxy's tcp_max_tw_buckets, if it is not large enough for everything. */
    OptionalInt buckets() {
        int limit = bed.maxTimeWait();
        return limit < TopologyPlan.STANDARD.maxTimeWait() ? OptionalInt.of(limit) : OptionalInt.empty();
    }

    int portCount() {
        return ports.orElse(ALL_PORTS);
    }

    /** As the proxy's configuration takes them. */
    String portsSetting() {
        return ports.isEmpty() ? "auto" : "\"" + FIRST_PORT + "-" + (FIRST_PORT + ports.getAsInt() - 1) + "\"";
    }

    /** Further lines of the proxy's configuration. */
    List<String> settings() {
        List<String> lines =
                new ArrayList<>(http.map(over -> over.settings(closedLoop())).orElse(List.of()));
        lines.add(
                floors.fixedMillis() != 0
                        ? "timeWait: { fixed: " + floors.fixedMillis() + "ms }"
                        : "timeWait: { floor: { timestamps: " + floors.timestampsMillis() + "ms, sequence: "
                                + floors.sequenceMillis() + "ms, unknown: " + floors.unknownMillis() + "ms } }");
        return lines;
    }

    /** Whether the proxy keeps its server connections, so that requests and ports are not the same number. */
    boolean keepsConnections() {
        return http.isPresent() && http.get().keepsConnections();
    }

    /** Whether the proxy ends its server connections by RST. */
    boolean resets() {
        return http.isPresent() && http.get().serverClose() == ServerClose.RESET;
    }

    /** Transactions at any time in the closed loop: with few ports a line, but none that is too long to be served. */
    int closedLoop() {
        if (inFlight.isPresent()) {
            return inFlight.getAsInt();
        }
        if (keepsConnections()) {
            return IN_FLIGHT_KEPT;
        }
        long inLine = Math.min(MOST_IN_LINE, Math.round(possiblePerSecond() * SECONDS_IN_LINE));
        return ports.isEmpty() ? IN_FLIGHT : (int) Math.max(1, inLine);
    }

    /** Who really closes first towards the server where {@code asked} was asked of the origin. */
    CloseOrder ends(CloseOrder asked) {
        return http.map(HttpSustain::serverClose)
                .map(close -> close.ends(asked))
                .orElse(asked);
    }

    /** The floor of connections that were asked to end in {@code order}. */
    Duration floor(CloseOrder order) {
        long row = timestamps()
                ? floors.timestampsMillis()
                : ends(order) == CloseOrder.SERVER ? floors.unknownMillis() : floors.sequenceMillis();
        boolean twice = resets() && order == CloseOrder.CLIENT;
        return Duration.ofMillis(Math.max(twice ? 2 * row : row, floors.fixedMillis()));
    }

    /** The floors of all endings that occur, without repetition, ascending. */
    List<Duration> floorsInUse() {
        return List.copyOf(
                new TreeSet<>(endings.keySet().stream().map(this::floor).toList()));
    }

    /** The least floor of all endings that occur. */
    Duration leastFloor() {
        return floorsInUse().getFirst();
    }

    /** Connections a second that the ports can carry for ever: each ending holds its port for its floor. */
    double possiblePerSecond() {
        double weights = 0;
        double portSeconds = 0;
        for (Map.Entry<CloseOrder, Integer> ending : endings.entrySet()) {
            weights += ending.getValue();
            portSeconds += ending.getValue() * floor(ending.getKey()).toMillis() / 1e3;
        }
        return portCount() * (double) sources() * weights / portSeconds;
    }
}
