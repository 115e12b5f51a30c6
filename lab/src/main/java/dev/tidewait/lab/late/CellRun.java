package dev.tidewait.lab.late;

import dev.tidewait.lab.LateCopies;
import dev.tidewait.lab.LinkPlan;
import dev.tidewait.lab.LinkReport;
import dev.tidewait.lab.Namespace;
import dev.tidewait.lab.Pattern;
import dev.tidewait.lab.PatternReport;
import dev.tidewait.lab.ProxyUnderTest;
import dev.tidewait.lab.Topology;
import dev.tidewait.lab.TopologyPlan;
import dev.tidewait.lab.product.TidewaitRun;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs one cell in a bed of its own. The clients sit left of the hostile link, by themselves or under {@code tidewait run}, or the
 * proxy does and they sit behind it. Used by one thread.
 */
final class CellRun {
    /** A connection may be begun as late as another may take. */
    private static final Duration DEADLINE =
            CellLoad.LONGEST_WAIT.multipliedBy(2).plusSeconds(20);

    private static final Duration LAST_WORDS = Duration.ofSeconds(1);
    private static final int COPIES_OF_A_KIND = 16;
    /** A connection has one SYN, one FIN, one RST: each copy comes so often, at times of its own. */
    private static final int LEAST_OF_A_KIND = 8;

    private static final String RULE_IS_PATIENT = "timeouts: { connect: 60s, portWait: 60s }";

    private final Cell cell;
    private final CellLoad load;
    private final long seed;

    /**
     * Nothing starts yet.
     *
     * @param incarnations that shall meet copies where a rule lets the ports rest
     * @param seed of all choices
     */
    CellRun(Cell cell, int incarnations, long seed) {
        this.cell = cell;
        this.load = new CellLoad(cell, incarnations);
        this.seed = seed;
    }

    Outcome run() {
        long begin = System.nanoTime();
        try (Topology topology = Topology.impaired(bed(), link())) {
            prepare(topology);
            StackCounters left = StackCounters.read(topology.proxy());
            StackCounters right = StackCounters.read(topology.server());
            try (Pattern server = Pattern.serve(topology.server(), topology.origin())) {
                Clients clients = clients(topology);
                awaitLastWords(topology.server());
                PatternReport served = server.stop();
                StackCounters leftMoved = StackCounters.read(topology.proxy()).since(left);
                StackCounters rightMoved = StackCounters.read(topology.server()).since(right);
                LinkReport link = topology.impairedLink().stop();
                long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
                return Outcome.of(cell, clients.report, served, link, leftMoved, rightMoved, clients.run, millis);
            }
        }
    }

    private TopologyPlan bed() {
        boolean kernelChooses = !cell.method().isRule() && cell.method() != Method.AT_ONCE;
        TopologyPlan plan = TopologyPlan.STANDARD.withTimestamps(
                true, cell.timestamps().ofClient(), cell.timestamps().ofServer());
        if (kernelChooses) {
            plan = plan.withAutomaticPorts(load.portRange(" "));
        }
        return cell.method() == Method.NO_BUCKETS ? plan.withMaxTimeWait(0) : plan;
    }

    private LinkPlan link() {
        return LinkPlan.PLAIN
                .withSeed(seed)
                .withLate(LateCopies.NONE
                        .within(load.lateSpread())
                        .of(LinkReport.KINDS, COPIES_OF_A_KIND)
                        .atLeast(LEAST_OF_A_KIND))
                .withNumbering(cell.ranges() == Ranges.WRAPPED ? LinkPlan.Numbering.WRAPPED : LinkPlan.Numbering.OWN)
                .withSwallowed(cell.closing().swallowed);
    }

    private void prepare(Topology topology) {
        for (Namespace namespace : List.of(topology.proxy(), topology.server())) {
            namespace.sysctl("net.ipv4.tcp_rmem", cell.window().receiveMemory);
        }
        topology.proxy().sysctl("net.ipv4.tcp_tw_reuse", cell.method() == Method.TW_REUSE ? "1" : "2");
        topology.server().sysctl("net.ipv4.tcp_rfc1337", cell.closing() == Closing.SERVER_RFC1337 ? "1" : "0");
    }

    /** What came of the clients, and of their connects where those were under {@code tidewait run}. */
    private record Clients(PatternReport report, Optional<RunCount> run) {}

    private Clients clients(Topology topology) {
        return switch (cell.method()) {
            case TIDEWAIT -> new Clients(behindProxy(topology), Optional.empty());
            case RUN -> underRun(topology);
            case KERNEL_DEFAULT, TW_REUSE, AT_ONCE, NO_BUCKETS ->
                new Clients(clients(topology, topology.proxy()), Optional.empty());
        };
    }

    private Clients underRun(Topology topology) {
        try (TidewaitRun run = TidewaitRun.strict(load.portRange("-"));
                Pattern clients =
                        Pattern.connectUnderRun(topology.proxy(), load.clients(topology, seed), run::around)) {
            PatternReport report = clients.await(DEADLINE);
            return new Clients(report, Optional.of(RunCount.of(run.report())));
        }
    }

    private PatternReport behindProxy(Topology topology) {
        ProxyUnderTest.Plan plan = new ProxyUnderTest.Plan(
                topology.proxyListener(),
                Optional.of(topology.origin()),
                topology.proxySources(),
                List.of(RULE_IS_PATIENT));
        try (ProxyUnderTest proxy = ProxyUnderTest.start(topology.proxy(), plan, load.portRange("-"))) {
            PatternReport report = clients(topology, topology.client());
            proxy.stop();
            return report;
        }
    }

    private PatternReport clients(Topology topology, Namespace namespace) {
        try (Pattern clients = Pattern.connect(namespace, load.clients(topology, seed))) {
            return clients.await(DEADLINE);
        }
    }

    /** The server may still be about to hear how its last connections ended; where that is lost for good it does not. */
    private static void awaitLastWords(Namespace server) {
        long end = System.nanoTime() + LAST_WORDS.toNanos();
        while (StackCounters.read(server).get("CurrEstab") > 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }
}
