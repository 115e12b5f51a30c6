package dev.tidewait.lab.churn;

import dev.tidewait.lab.ChatPlan;
import dev.tidewait.lab.Topology;
import dev.tidewait.ports.Floors;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What {@code lab churn} does. Immutable; start from {@link #STANDARD}.
 *
 * @param longLived connections that live from the beginning to the end
 * @param connections short ones
 * @param ports that the proxy may use; empty = as many as suit the weather
 * @param perSecondAsked short connections a second; empty = as many as suit the ports
 * @param seed of every fault
 * @param weather which faults there are
 * @param floors that the proxy is told
 * @param breakage what is broken on purpose
 */
public record ChurnPlan(
        int longLived,
        int connections,
        OptionalInt ports,
        OptionalDouble perSecondAsked,
        long seed,
        Weather.Kind weather,
        Floors floors,
        Breakage breakage) {
    /** 1,000 beside a million, in a storm. */
    public static final ChurnPlan STANDARD = new ChurnPlan(
            1_000,
            1_000_000,
            OptionalInt.empty(),
            OptionalDouble.empty(),
            1,
            Weather.Kind.STORM,
            Floors.DEFAULT,
            Breakage.NONE);

    private static final int FIRST_PORT = 20_000;
    /** The kernel's automatic ones begin behind them. */
    static final int MOST_PORTS = 44_000;

    private static final int PORTS_IN_WIND = 12_000;
    private static final int CLIENT_ADDRESSES = 32;
    /** What comes of a standstill of the link is made up for with no more than these. */
    private static final int MOST_IN_FLIGHT = 600;

    private static final int FEW_PORTS = 400;
    /** Of {@link Breakage#FLOOR}. */
    private static final int JUDGED_BY = 3;

    /** So that a line forms only where the link or the machine was slow for a while. */
    private static final double LOAD_FACTOR = 0.9;

    private static final double MOST_PER_SECOND = 4_000;

    private static final int SHORT_PIECES = 3;
    private static final Duration SHORT_INTERVAL = Duration.ofMillis(20);
    private static final int SHORT_BYTES = 200;
    private static final Duration LONG_INTERVAL = Duration.ofMillis(500);
    private static final int LONG_BYTES = 400;
    private static final long FIRST_LONG_ID = 1L << 40;
    private static final long FIRST_EARLIER_ID = 1L << 41;

    /** A connection on which nothing was heard for so long counts as failed; no black-hole lasts a tenth of it. */
    static final Duration SILENCE = Duration.ofSeconds(30);

    public ChurnPlan withCounts(int ofLong, int ofShort) {
        return new ChurnPlan(ofLong, ofShort, ports, perSecondAsked, seed, weather, floors, breakage);
    }

    public ChurnPlan withPorts(int count) {
        return new ChurnPlan(
                longLived, connections, OptionalInt.of(count), perSecondAsked, seed, weather, floors, breakage);
    }

    public ChurnPlan withRate(double perSecond) {
        return new ChurnPlan(
                longLived, connections, ports, OptionalDouble.of(perSecond), seed, weather, floors, breakage);
    }

    public ChurnPlan withSeed(long newSeed) {
        return new ChurnPlan(longLived, connections, ports, perSecondAsked, newSeed, weather, floors, breakage);
    }

    public ChurnPlan withWeather(Weather.Kind kind) {
        return new ChurnPlan(longLived, connections, ports, perSecondAsked, seed, kind, floors, breakage);
    }

    public ChurnPlan withFloors(Floors newFloors) {
        return new ChurnPlan(longLived, connections, ports, perSecondAsked, seed, weather, newFloors, breakage);
    }

    public ChurnPlan withBreakage(Breakage broken) {
        return new ChurnPlan(longLived, connections, ports, perSecondAsked, seed, weather, floors, broken);
    }

    public int portCount() {
        return ports.orElse(
                breakage == Breakage.FLOOR
                        ? longLived + FEW_PORTS
                        : weather == Weather.Kind.STORM ? MOST_PORTS : PORTS_IN_WIND);
    }

    /** As the proxy's configuration takes them. */
    String portsSetting() {
        return "\"" + FIRST_PORT + "-" + (FIRST_PORT + portCount() - 1) + "\"";
    }

    /** No four-tuple may be used again before this age, whatever happens. */
    Duration leastFloor() {
        return Duration.ofMillis(judged(floors.timestampsMillis()));
    }

    /**
     * The same once the destination counts as sequence-strict, which two lost SYNs within a minute bring about: most four-tuples wait
     * for the row of those about which nothing is known then, some for this one.
     */
    Duration strictFloor() {
        return Duration.ofMillis(judged(floors.sequenceMillis()));
    }

    private long judged(long toldMillis) {
        return breakage == Breakage.FLOOR ? JUDGED_BY * toldMillis : toldMillis;
    }

    /** How long a port rests at least, as a rule. */
    private double restSeconds() {
        return (weather == Weather.Kind.STORM ? floors.unknownMillis() : floors.timestampsMillis()) / 1e3;
    }

    /** Short connections a second. */
    double perSecond() {
        double possible = (portCount() - longLived) / restSeconds();
        return perSecondAsked.orElse(
                breakage == Breakage.FLOOR ? MOST_PER_SECOND : Math.min(MOST_PER_SECOND, LOAD_FACTOR * possible));
    }

    /** Further lines of the proxy's configuration. */
    List<String> settings() {
        return List.of(String.format(
                Locale.ROOT,
                "timeWait: { floor: { timestamps: %dms, sequence: %dms, unknown: %dms } }",
                floors.timestampsMillis(),
                floors.sequenceMillis(),
                floors.unknownMillis()));
    }

    /** Short ones that use every port once, so that the long-lived ones are new incarnations as well. */
    ChatPlan earlier(Topology bed) {
        return shortOnes(bed).withConnections(portCount(), MOST_IN_FLIGHT).withFirstId(FIRST_EARLIER_ID);
    }

    ChatPlan shortOnes(Topology bed) {
        return clients(bed)
                .withConnections(connections, MOST_IN_FLIGHT)
                .withRate(perSecond())
                .withPieces(SHORT_PIECES, SHORT_BYTES, SHORT_INTERVAL);
    }

    ChatPlan longOnes(Topology bed) {
        return clients(bed)
                .withConnections(longLived, longLived)
                .withPieces(0, LONG_BYTES, LONG_INTERVAL)
                .withFirstId(FIRST_LONG_ID);
    }

    private static ChatPlan clients(Topology bed) {
        return ChatPlan.to(bed.proxyListener(), bed.clients(CLIENT_ADDRESSES)).withDeadline(SILENCE);
    }
}
