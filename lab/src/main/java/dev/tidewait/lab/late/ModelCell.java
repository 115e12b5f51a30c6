package dev.tidewait.lab.late;

import dev.tidewait.evidence.risk.Receiver;
import dev.tidewait.lab.LateCopies;
import dev.tidewait.lab.LateCopies.Scatter;
import dev.tidewait.lab.LinkPlan;
import dev.tidewait.lab.LinkReport;
import dev.tidewait.lab.Namespace;
import dev.tidewait.lab.Pattern;
import dev.tidewait.lab.PatternPlan;
import dev.tidewait.lab.PatternPlan.Ending;
import dev.tidewait.lab.PatternPlan.PortChoice;
import dev.tidewait.lab.PatternPlan.Rhythm;
import dev.tidewait.lab.PatternPlan.Size;
import dev.tidewait.lab.SourceRing;
import dev.tidewait.lab.Topology;
import dev.tidewait.lab.TopologyPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One test of {@link Receiver}, the model of what a receiver accepts: copies with unrelated numbers into connections with large windows. A copy is within the
 * window with probability window ÷ 2^32. There RFC 5961 answers it with a challenge ACK where its acknowledgement number is unrelated as
 * well, and it is taken for real where that is right. With an unrelated timestamp half of them are refused before (RFC 7323). Immutable.
 *
 * @param scatter what is unrelated
 * @param megabytes of receive memory, half of which becomes the window
 * @param timestamps whether they are in use
 */
record ModelCell(Scatter scatter, int megabytes, boolean timestamps) {
    private static final int PORTS = 4;
    private static final int BYTES = 250_000;
    private static final int BURST_BYTES = 150_000; // what opens the windows
    private static final Duration OPENING = Duration.ofMillis(60);
    private static final Duration LATE = Duration.ofMillis(250);
    private static final Duration SLOW = Duration.ofMillis(330);
    private static final Duration TIME = Duration.ofSeconds(4);
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Duration CONNECTION_DEADLINE = Duration.ofSeconds(5);
    private static final int KEPT = 16;
    /** A copy that is taken for real disturbs the connection, so there are fewer of them. */
    private static final int TIMES_IF_TAKEN = 20;

    private static final int TIMES = 200;

    static List<ModelCell> all() {
        List<ModelCell> cells = new ArrayList<>();
        for (int megabytes : new int[] {2, 4, 8, 16, 32}) {
            cells.add(new ModelCell(Scatter.NUMBERS, megabytes, false));
        }
        for (int megabytes : new int[] {8, 32}) {
            cells.add(new ModelCell(Scatter.ALL, megabytes, true));
        }
        for (int megabytes : new int[] {16, 32}) {
            cells.add(new ModelCell(Scatter.SEQUENCE, megabytes, false));
        }
        return cells;
    }

    /** Runs it; what came of it is one prediction or more. */
    List<Prediction> run(long seed) {
        LateCopies copies = LateCopies.NONE
                .within(LATE)
                .after(OPENING)
                .of(scatter == Scatter.SEQUENCE ? "d" : "a", KEPT)
                .scattered(scatter, scatter == Scatter.SEQUENCE ? TIMES_IF_TAKEN : TIMES);
        TopologyPlan bed = TopologyPlan.STANDARD.withTimestamps(true, timestamps, timestamps);
        try (Topology topology =
                Topology.impaired(bed, LinkPlan.PLAIN.withSeed(seed).withLate(copies))) {
            List<Namespace> ends = List.of(topology.proxy(), topology.server());
            String memory = "4096 " + ((long) megabytes << 20) + " " + ((long) megabytes << 21);
            ends.forEach(end -> end.sysctl("net.ipv4.tcp_rmem", memory));
            List<StackCounters> before = ends.stream().map(StackCounters::read).toList();
            try (Pattern server = Pattern.serve(topology.server(), topology.origin());
                    Pattern clients = Pattern.connect(topology.proxy(), plan(topology, seed))) {
                clients.await(DEADLINE);
                server.stop();
            }
            LinkReport link = topology.impairedLink().stop();
            StackCounters left = StackCounters.read(topology.proxy()).since(before.getFirst());
            StackCounters right = StackCounters.read(topology.server()).since(before.getLast());
            return predictions(link, left, right);
        }
    }

    private static PatternPlan plan(Topology topology, long seed) {
        SourceRing ring = new SourceRing(
                topology.proxySources().getFirst(), 1, CellLoad.LOWEST_PORT, CellLoad.LOWEST_PORT + PORTS - 1);
        return PatternPlan.to(topology.origin(), ring)
                .withChoice(PortChoice.AT_ONCE)
                .withSize(new Size(Integer.MAX_VALUE, PORTS, BYTES, BYTES))
                .withPace(new Rhythm(SLOW, BURST_BYTES, false, 0))
                .withEnding(Ending.CLIENT_CLOSES, Duration.ZERO)
                .withFirstId(seed + 1)
                .withTimes(CONNECTION_DEADLINE, TIME);
    }

    private List<Prediction> predictions(LinkReport link, StackCounters left, StackCounters right) {
        long copies = link.lateDelivered();
        Receiver receiver = receiver(copies == 0 ? 0 : link.expectedInWindow() / (double) copies * 0x1.0p32);
        if (scatter == Scatter.SEQUENCE) {
            return List.of(Prediction.rare(
                    "taken for real, unrelated ISN, " + megabytes + " MB",
                    copies,
                    (double) copies * receiver.accepted(),
                    link.seenInWindow(),
                    left.get("TCPOFOQueue") + right.get("TCPOFOQueue")));
        }
        Prediction challenged = Prediction.rare(
                "challenged, unrelated numbers" + (timestamps ? " and timestamps, " : ", ") + megabytes + " MB",
                copies,
                (double) copies * receiver.challenged(),
                link.seenInWindow(),
                challenges(left) + challenges(right));
        if (!timestamps) {
            return List.of(challenged);
        }
        return List.of(
                challenged,
                Prediction.share(
                        "refused by timestamp, unrelated timestamps, " + megabytes + " MB",
                        copies,
                        receiver.refusedByTimestamp(),
                        left.sum("PAWS") + right.sum("PAWS")));
    }

    /** @param windowBytes of the receivers, the mean over all copies, as the link saw it */
    private Receiver receiver(double windowBytes) {
        return new Receiver(
                timestamps ? Receiver.Timestamps.UNRELATED : Receiver.Timestamps.ABSENT,
                Receiver.Sequence.UNRELATED,
                scatter == Scatter.SEQUENCE ? Receiver.Acknowledgement.ACCEPTABLE : Receiver.Acknowledgement.UNRELATED,
                windowBytes);
    }

    /** Sent or left out because one was sent just before; those in answer to a SYN are about something else. */
    private static long challenges(StackCounters stack) {
        return stack.get("TCPChallengeACK") + stack.get("TCPACKSkippedChallenge") - stack.get("TCPSYNChallenge");
    }
}
