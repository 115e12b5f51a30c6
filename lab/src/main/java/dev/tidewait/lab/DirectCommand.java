package dev.tidewait.lab;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lab direct}: client to server without a proxy, what the bed itself can do. */
@Command(
        name = "direct",
        description = "Client to server without a proxy: what this machine and the bed itself can do.",
        mixinStandardHelpOptions = true)
final class DirectCommand implements Callable<Integer> {
    private static final int CLIENT_ADDRESSES = 32;
    private static final int MAX_OUTSTANDING = 10_000;

    @Option(names = "--seconds", defaultValue = "10", description = "How long, default ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(names = "--ipv6", description = "IPv6 instead of IPv4.")
    private boolean ipv6;

    @Option(names = "--no-timestamps", description = "The server does not use TCP timestamps.")
    private boolean noTimestamps;

    @Option(names = "--no-observer", description = "Without the packet tap.")
    private boolean noObserver;

    @Option(
            names = "--close",
            defaultValue = "client",
            description = "Who closes first: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private CloseOrder close = CloseOrder.CLIENT;

    @Option(
            names = "--sources",
            defaultValue = "" + CLIENT_ADDRESSES,
            description = "Client addresses, 64,512 ports each; default ${DEFAULT-VALUE}.")
    private int sources;

    @Option(
            names = "--processes",
            defaultValue = "4",
            description = "Client processes, and half as many of the origin; one of each cannot fill two cores;"
                    + " default ${DEFAULT-VALUE}.")
    private int processes;

    @ArgGroup
    private PaceOptions pace = new PaceOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private CommandSpec spec;

    /** One of the two. */
    static final class PaceOptions {
        @Option(names = "--in-flight", description = "Closed loop: transactions at any time (default: 64).")
        private int inFlight;

        @Option(names = "--rate", description = "Open loop: transactions per second.")
        private double perSecond;

        Pace pace() {
            if (perSecond > 0) {
                return new Pace.OpenLoop(perSecond, MAX_OUTSTANDING);
            }
            return new Pace.ClosedLoop(inFlight > 0 ? inFlight : 64);
        }
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        TopologyPlan plan = TopologyPlan.STANDARD.withIpv6(ipv6).withTimestamps(true, true, !noTimestamps);
        try (Topology topology = Topology.direct(plan);
                Origin origin = Origin.start(topology.server(), topology.origin(), (processes + 1) / 2)) {
            LoadPlan loadPlan = LoadPlan.to(topology.origin(), topology.clients(sources))
                    .withPace(pace.pace())
                    .withEnding(close)
                    .withDuration(Duration.ofSeconds(seconds))
                    .withProcesses(processes);
            if (noObserver) {
                return verdict(out, load(topology, loadPlan, out), origin.stop());
            }
            try (Observer observer =
                    Observer.start(topology.server(), topology.serverInterface(), Topology.ORIGIN_PORT)) {
                LoadReport report = load(topology, loadPlan, out);
                print(out, observer.stop());
                return verdict(out, report, origin.stop());
            }
        }
    }

    private static LoadReport load(Topology topology, LoadPlan plan, PrintWriter out) {
        SecondsPrinter printer = new SecondsPrinter(out);
        try (Load load = Load.start(topology.client(), plan, printer)) {
            return load.await();
        }
    }

    private static void print(PrintWriter out, ObserverReport observed) {
        out.printf(
                Locale.ROOT,
                "observer: %,d segments (%.3f %% lost), %,d incarnations, %,d reuses, %,d SYN and %,d FIN retransmissions,"
                        + " %,d RST of the clients, %,d of the server%n",
                observed.segments(),
                observed.lostShare() * 100,
                observed.incarnations(),
                observed.reuses(),
                observed.synRetransmits(),
                observed.clientFinRetransmits() + observed.serverFinRetransmits(),
                observed.clientRsts(),
                observed.serverRsts());
        if (observed.reuses() > 0) {
            out.printf(
                    Locale.ROOT,
                    "observed age at reuse: min %.3f s, p50 %.3f s, max %.3f s%n",
                    observed.youngestNanos() / 1e9,
                    observed.agesMicros().getValueAtPercentile(50) / 1e6,
                    observed.oldestNanos() / 1e9);
        }
    }

    private static int verdict(PrintWriter out, LoadReport load, OriginReport origin) {
        Histogram answered = load.answeredMicros();
        out.printf(
                Locale.ROOT,
                "%,d connections, %,.0f/s, %,d failed %s, p50 %.2f ms, p99 %.2f ms, max %.2f ms%n",
                load.done(),
                load.rate(),
                load.failed(),
                load.failures(),
                answered.getValueAtPercentile(50) / 1e3,
                answered.getValueAtPercentile(99) / 1e3,
                answered.getMaxValue() / 1e3);
        boolean holds = load.failed() == 0
                && load.notStarted() == 0
                && origin.otherErrors() == 0
                && origin.answered() == load.done();
        out.println(
                holds ? "VERDICT ok: 0 failures" : "VERDICT failed: " + load.failed() + " failures, origin " + origin);
        out.flush();
        return holds ? 0 : LabMain.VERDICT_FAILED;
    }
}
