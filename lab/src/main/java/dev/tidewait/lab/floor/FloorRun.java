package dev.tidewait.lab.floor;

import dev.tidewait.lab.LateCopies.Scatter;
import dev.tidewait.lab.LinkPlan;
import dev.tidewait.lab.LinkReport;
import dev.tidewait.lab.Namespace;
import dev.tidewait.lab.Pattern;
import dev.tidewait.lab.PatternPlan;
import dev.tidewait.lab.PatternPlan.Ending;
import dev.tidewait.lab.PatternPlan.Endings;
import dev.tidewait.lab.PatternPlan.PortChoice;
import dev.tidewait.lab.PatternPlan.Rhythm;
import dev.tidewait.lab.PatternPlan.Size;
import dev.tidewait.lab.PatternReport;
import dev.tidewait.lab.SourceRing;
import dev.tidewait.lab.TailCopies;
import dev.tidewait.lab.Topology;
import dev.tidewait.lab.TopologyPlan;
import dev.tidewait.lab.late.StackCounters;
import java.time.Duration;
import java.util.List;

/**
 * Runs one cell in a bed of its own: as many connections at a time as there are ports, so each port is used again as soon as its floor has passed. What
 * the kernel still holds on it is stolen or destroyed, as Tidewait would. Used by one thread.
 */
final class FloorRun {
    private static final int LOWEST_PORT = 20_000;
    /** A pace of 512 bytes each 5 ms for the whole life. */
    private static final int EVEN_BYTES = 20_000;
    /** Of two connections one sends them at once; so much of an old range lies in the next one's window. */
    private static final int WRAPPED_BYTES = 100_000;
    /** A burst opens the windows; then it is slow. */
    private static final int BURST_BYTES = 150_000;

    private static final int LARGE_MEMORY = 32 << 20;
    /** One connection in so many ends by the server's RST, so that there are such copies. */
    private static final int RESET_EVERY = 5;

    /** Else all begin at once and keep each other from being like the mean. */
    private static final Duration START_GAP = Duration.ofMillis(5);

    private static final Duration CONNECTION_DEADLINE = Duration.ofSeconds(4);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final FloorCell cell;
    private final long seed;

    FloorRun(FloorCell cell, long seed) {
        this.cell = cell;
        this.seed = seed;
    }

    FloorOutcome run() {
        double copiesOfEach = cell.copiesOfEach();
        boolean timestamps = cell.setting().hasTimestamps();
        TopologyPlan bed = TopologyPlan.STANDARD.withTimestamps(true, timestamps, timestamps);
        try (Topology topology = Topology.impaired(bed, link(copiesOfEach))) {
            List<Namespace> ends = List.of(topology.proxy(), topology.server());
            if (cell.setting() == Setting.UNRELATED) {
                String memory = "4096 " + LARGE_MEMORY + " " + 2 * LARGE_MEMORY;
                ends.forEach(end -> end.sysctl("net.ipv4.tcp_rmem", memory));
            }
            List<StackCounters> before = ends.stream().map(StackCounters::read).toList();
            try (Pattern server = Pattern.serve(topology.server(), topology.origin());
                    Pattern clients = Pattern.connect(topology.proxy(), plan(topology))) {
                long begin = System.nanoTime();
                PatternReport client = clients.await(patience());
                double seconds = (System.nanoTime() - begin) / 1e9;
                PatternReport served = server.stop();
                LinkReport link = topology.impairedLink().stop();
                StackCounters moved = StackCounters.read(topology.proxy())
                        .since(before.getFirst())
                        .plus(StackCounters.read(topology.server()).since(before.getLast()));
                return FloorOutcome.of(cell, copiesOfEach, client, served, link, moved, seconds);
            }
        }
    }

    private Duration patience() {
        return cell.floor()
                .plus(CONNECTION_DEADLINE)
                .multipliedBy(cell.rounds())
                .plus(PATIENCE);
    }

    private LinkPlan link(double copiesOfEach) {
        boolean unrelated = cell.setting() == Setting.UNRELATED;
        return LinkPlan.PLAIN
                .withSeed(seed)
                .withNumbering(cell.setting() == Setting.WRAPPED ? LinkPlan.Numbering.WRAPPED : LinkPlan.Numbering.OWN)
                .withTail(new TailCopies(
                        cell.tail(),
                        copiesOfEach,
                        cell.floorSeconds(),
                        cell.mostSeconds(),
                        unrelated ? "d" : "dafr",
                        scatter()));
    }

    private PatternPlan plan(Topology topology) {
        SourceRing ring =
                new SourceRing(topology.proxySources().getFirst(), 1, LOWEST_PORT, LOWEST_PORT + cell.ports() - 1);
        int bytes = switch (cell.setting()) {
            case TIMESTAMPS, CLOCK -> EVEN_BYTES;
            case UNRELATED -> EVEN_BYTES + BURST_BYTES;
            case WRAPPED -> WRAPPED_BYTES;
        };
        return PatternPlan.to(topology.origin(), ring)
                .withChoice(PortChoice.AT_ONCE)
                .withFloor(cell.floor())
                .withStartGap(START_GAP)
                .withSize(new Size(cell.ports() * cell.rounds(), cell.ports(), bytes, bytes))
                .withPace(pace())
                .withEndings(new Endings(
                        Ending.CLIENT_CLOSES,
                        Duration.ZERO,
                        Ending.SERVER_RESETS,
                        cell.setting() == Setting.UNRELATED ? 0 : RESET_EVERY))
                .withFirstId(Math.floorMod(seed, 1L << 40) + 1)
                .withTimes(CONNECTION_DEADLINE, patience());
    }

    private Rhythm pace() {
        return switch (cell.setting()) {
            case TIMESTAMPS, CLOCK -> new Rhythm(cell.open(), 0, false, 0);
            case UNRELATED -> new Rhythm(cell.open(), BURST_BYTES, false, 0);
            // Each slow one follows a fast one on the same port, so that it comes slowly through the numbers of the
            // other.
            case WRAPPED -> new Rhythm(cell.open(), 0, true, cell.ports());
        };
    }

    private Scatter scatter() {
        return switch (cell.setting()) {
            case TIMESTAMPS, CLOCK -> Scatter.NOTHING;
            case UNRELATED -> Scatter.SEQUENCE;
            case WRAPPED -> Scatter.ACKNOWLEDGEMENT;
        };
    }
}
