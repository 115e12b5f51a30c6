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
 * @param ports that may be used; empty = as many as suit the weather
 * @param perSecondAsked short connections a second; empty = as many as suit the ports
 * @param seed of every fault
 * @param weather which faults there are
 * @param floors that whoever chooses the ports is told
 * @param breakage what is broken on purpose
 * @param chooser who chooses the ports
 */
public record ChurnPlan(
        int longLived,
        int connections,
        OptionalInt ports,
        OptionalDouble perSecondAsked,
        long seed,
        Weather.Kind weather,
        Floors floors,
        Breakage breakage,
        Chooser chooser) {
    /** 1,000 beside a million, in a storm. */
    public static final ChurnPlan STANDARD = new ChurnPlan(
            1_000,
            1_000_000,
            OptionalInt.empty(),
            OptionalDouble.empty(),
            1,
            Weather.Kind.STORM,
            Floors.DEFAULT,
            Breakage.NONE,
            Chooser.PROXY);

    static final int FIRST_PORT = 20_000;
    /** The kernel's automatic ones begin behind them. */
    static final int MOST_PORTS = 44_000;

    private static final int PORTS_IN_WIND = 12_000;
    /** Below {@code tidewait run}: with long-lived ones on 1,000 of them the rest carries 4,000 a second at a floor of 1 s. */
    private static final int PORTS_UNDER_RUN = 6_000;

    private static final int CLIENT_ADDRESSES = 32;
    /** What comes of a standstill of the link is made up for with no more than these. */
    private static final int MOST_IN_FLIGHT = 600;

    private static final int FEW_PORTS = 400;
    /** Of {@link Breakage#FLOOR}. */
    private static final int JUDGED_BY = 3;

    /** So that a line forms only where the link or the machine was slow for a while. */
    private static final double LOAD_FACTOR = 0.9;

    private static final double MOST_PER_SECOND = 4_000;

    /**
     * How long a port is kept from its connect to its rest. A hook cannot wait: a port that is kept longer when its turn comes makes the kernel choose
     * for those behind it. Where packets get lost, 200 ms is TCP's least time to send again, and a black-hole lasts 1.5 s.
     */
    private static final double STAY_SECONDS = 0.1;

    private static final double STAY_IN_STORM_SECONDS = 1.5;

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
        return new ChurnPlan(ofLong, ofShort, ports, perSecondAsked, seed, weather, floors, breakage, chooser);
    }

    public ChurnPlan withPorts(int count) {
        return new ChurnPlan(
                longLived,
                connections,
                OptionalInt.of(count),
                perSecondAsked,
                seed,
                weather,
                floors,
                breakage,
                chooser);
    }

    public ChurnPlan withRate(double perSecond) {
        return new ChurnPlan(
                longLived, connections, ports, OptionalDouble.of(perSecond), seed, weather, floors, breakage, chooser);
    }

    public ChurnPlan withSeed(long newSeed) {
        return new ChurnPlan(
                longLived, connections, ports, perSecondAsked, newSeed, weather, floors, breakage, chooser);
    }

    public ChurnPlan withWeather(Weather.Kind kind) {
        return new ChurnPlan(longLived, connections, ports, perSecondAsked, seed, kind, floors, breakage, chooser);
    }

    public ChurnPlan withFloors(Floors newFloors) {
        return new ChurnPlan(
                longLived, connections, ports, perSecondAsked, seed, weather, newFloors, breakage, chooser);
    }

    public ChurnPlan withBreakage(Breakage broken) {
        return new ChurnPlan(longLived, connections, ports, perSecondAsked, seed, weather, floors, broken, chooser);
    }

    public ChurnPlan withChooser(Chooser who) {
        return new ChurnPlan(longLived, connections, ports, perSecondAsked, seed, weather, floors, breakage, who);
    }

    public int portCount() {
        if (ports.isPresent() || breakage == Breakage.FLOOR) {
            return ports.orElse(longLived + FEW_PORTS);
        }
        if (weather == Weather.Kind.STORM) {
            return MOST_PORTS;
        }
        return switch (chooser) {
            case PROXY -> PORTS_IN_WIND;
            case RUN -> PORTS_UNDER_RUN;
        };
    }

    /** As the proxy's configuration takes them. */
    String portsSetting() {
        return "\"" + portRange() + "\"";
    }

    private String portRange() {
        return FIRST_PORT + "-" + (FIRST_PORT + portCount() - 1);
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

    /** How long a port is out of use at least, as a rule. */
    private double restSeconds() {
        boolean storm = weather == Weather.Kind.STORM;
        return switch (chooser) {
            case PROXY -> (storm ? floors.unknownMillis() : floors.timestampsMillis()) / 1e3;
            case RUN -> floors.timestampsMillis() / 1e3 + (storm ? STAY_IN_STORM_SECONDS : STAY_SECONDS);
        };
    }

    /** Short connections a second. */
    double perSecond() {
        double possible = (portCount() - longLived) / restSeconds();
        boolean mayWait = chooser == Chooser.PROXY;
        return perSecondAsked.orElse(
                mayWait && breakage == Breakage.FLOOR
                        ? MOST_PER_SECOND
                        : Math.min(MOST_PER_SECOND, LOAD_FACTOR * possible));
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

    /** Of {@code tidewait run}. */
    List<String> runOptions() {
        return List.of(
                "--ports",
                portRange(),
                "--floor",
                String.format(
                        Locale.ROOT,
                        "timestamps=%dms,sequence=%dms,unknown=%dms,refused=%dms,synTimeout=%dms",
                        floors.timestampsMillis(),
                        floors.sequenceMillis(),
                        floors.unknownMillis(),
                        floors.refusedMillis(),
                        floors.synTimeoutMillis()));
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

    private ChatPlan clients(Topology bed) {
        ChatPlan clients = switch (chooser) {
            case PROXY -> ChatPlan.to(bed.proxyListener(), bed.clients(CLIENT_ADDRESSES));
            case RUN -> ChatPlan.unbound(bed.origin());
        };
        return clients.withDeadline(SILENCE);
    }
}
