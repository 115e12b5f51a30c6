package dev.tidewait.lab.late;

import dev.tidewait.lab.PatternPlan;
import dev.tidewait.lab.PatternPlan.Endings;
import dev.tidewait.lab.PatternPlan.PortChoice;
import dev.tidewait.lab.PatternPlan.Rhythm;
import dev.tidewait.lab.PatternPlan.Size;
import dev.tidewait.lab.SourceRing;
import dev.tidewait.lab.Topology;
import java.net.InetAddress;
import java.time.Duration;

/**
 * Which connections are made in a cell, and on how many ports. Immutable.
 *
 * @param cell which
 * @param incarnations that shall meet copies of a former one that ended in the cell's way, where a rule lets the ports rest; the other methods
 *     have a fixed time
 */
record CellLoad(Cell cell, int incarnations) {
    /** Lowest port of the clients' own range, and of the kernel's where it chooses. */
    static final int LOWEST_PORT = 20_000;

    private static final Duration CARELESS_TIME = Duration.ofMillis(2_500);
    /** Some connections never move on again after a copy was taken for real. */
    private static final Duration CARELESS_DEADLINE = Duration.ofSeconds(4);

    /** For a port and a connection; where the peer's silence leaves nothing to try, all of it passes. */
    static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private static final Duration LINGER = Duration.ofMillis(300);
    private static final Duration SLOW = Duration.ofMillis(60);
    private static final Duration LATE_WITHIN_SLOW = Duration.ofMillis(50);
    private static final Duration LATE_WITHIN_FAST = Duration.ofMillis(15);
    /** With timestamps the floor is 1 s: each port comes twice. */
    private static final int ROUNDS_WITH_TIMESTAMPS = 2;

    /** One connection in so many ends otherwise, see {@link Closing}. */
    private static final int OTHERS_EVERY = 5;

    private static final int SMALL_BYTES = 6_000;
    private static final int WRAPPED_BYTES = 100_000;
    private static final int OVERLAPPING_BYTES = 150_000;
    private static final int MANY = 1_000_000;
    /** Under {@code run} a destination's first connection goes the kernel's way. */
    private static final int LEFT_ALONE = 1;

    /** Bound to it, a socket is as if it had not been bound. */
    private static final InetAddress UNSPECIFIED = InetAddress.ofLiteral("0.0.0.0");

    /** Over which time from a connection's beginning the copies come. */
    Duration lateSpread() {
        return cell.ranges() == Ranges.OVERLAPPING ? LATE_WITHIN_FAST : LATE_WITHIN_SLOW;
    }

    /** Ports that are used, each again and again. */
    int ports() {
        return switch (cell.method()) {
            case AT_ONCE -> inFlight();
            // tcp_tw_reuse waits for a second: more ports, so that there is something to do.
            case TW_REUSE -> 64;
            case KERNEL_DEFAULT, NO_BUCKETS -> inFlight() + 1;
            case TIDEWAIT, RUN -> cell.hasTimestamps() ? live() / ROUNDS_WITH_TIMESTAMPS : live();
        };
    }

    /** Incarnations that shall meet copies, those included that follow one that ended otherwise. */
    private int live() {
        return endsOtherwise() ? incarnations * OTHERS_EVERY / (OTHERS_EVERY - 1) : incarnations;
    }

    private boolean endsOtherwise() {
        return cell.closing().other != cell.closing().ending;
    }

    /** As {@code ip_local_port_range} and the product take them. */
    String portRange(String separator) {
        return LOWEST_PORT + separator + (LOWEST_PORT + ports() - 1);
    }

    /** The clients, which connect to the server, or to the product before it. */
    PatternPlan clients(Topology topology, long seed) {
        boolean careless = !cell.method().isRule();
        long bytes = bytes();
        return to(topology)
                .withSize(new Size(connections(), inFlight(), bytes, bytes))
                .withPace(pace())
                .withEndings(endings())
                .withFirstId(Math.floorMod(seed, 1L << 40) + 1)
                .withTimes(careless ? CARELESS_DEADLINE : LONGEST_WAIT, careless ? CARELESS_TIME : LONGEST_WAIT);
    }

    private PatternPlan to(Topology topology) {
        return switch (cell.method()) {
            case TIDEWAIT ->
                PatternPlan.to(topology.proxyListener(), topology.clients(1)).withChoice(PortChoice.RING);
            case RUN -> PatternPlan.to(topology.origin(), ring(UNSPECIFIED)).withChoice(PortChoice.KERNEL);
            case AT_ONCE ->
                PatternPlan.to(topology.origin(), ring(topology.proxySources().getFirst()))
                        .withChoice(PortChoice.AT_ONCE);
            case KERNEL_DEFAULT, TW_REUSE, NO_BUCKETS ->
                PatternPlan.to(topology.origin(), ring(topology.proxySources().getFirst()))
                        .withChoice(PortChoice.KERNEL);
        };
    }

    private SourceRing ring(InetAddress source) {
        return new SourceRing(source, 1, LOWEST_PORT, LOWEST_PORT + ports() - 1);
    }

    private int connections() {
        return switch (cell.method()) {
            case TIDEWAIT -> ports() + live();
            case RUN -> LEFT_ALONE + ports() + live();
            case KERNEL_DEFAULT, TW_REUSE, AT_ONCE, NO_BUCKETS -> MANY;
        };
    }

    private int inFlight() {
        if (cell.ranges() == Ranges.OVERLAPPING) {
            return cell.method().isRule() ? 4 : 1; // alone it is fast
        }
        return cell.method().isRule() ? 96 : 7;
    }

    private long bytes() {
        return switch (cell.ranges()) {
            case APART -> SMALL_BYTES + cell.window().burstBytes;
            case WRAPPED -> WRAPPED_BYTES;
            case OVERLAPPING -> OVERLAPPING_BYTES;
        };
    }

    private Endings endings() {
        Closing closing = cell.closing();
        Duration linger = closing == Closing.CLOSE_WAIT ? LINGER : Duration.ZERO;
        return new Endings(closing.ending, linger, closing.other, endsOtherwise() ? OTHERS_EVERY : 0);
    }

    private Rhythm pace() {
        return switch (cell.ranges()) {
            case APART -> new Rhythm(SLOW, cell.window().burstBytes, false, 0);
            case WRAPPED -> new Rhythm(SLOW, 0, true, ports());
            case OVERLAPPING -> new Rhythm(Duration.ZERO, 0, false, 0);
        };
    }
}
