package dev.tidewait.lab;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
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
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  ./tidewait lab direct                    what the bed carries, 10 s",
            "  ./tidewait lab direct --rate 5000 --ipv6 paced, over IPv6",
            "  ./tidewait lab direct --http --no-observer one HTTP request on each connection"
        })
final class DirectCommand implements Callable<Integer> {
    private static final int CLIENT_ADDRESSES = 32;
    private static final int MAX_OUTSTANDING = 10_000;

    @Option(
            names = "--seconds",
            defaultValue = "10",
            description = "How long, 1 to 3,000; default ${DEFAULT-VALUE}. Example: --seconds 5")
    private int seconds;

    @Option(names = "--ipv6", description = "IPv6 instead of IPv4. Example: --ipv6 --rate 5000")
    private boolean ipv6;

    @Option(
            names = "--no-timestamps",
            description = "The server does not use TCP timestamps. Example: --no-timestamps --close server")
    private boolean noTimestamps;

    @Option(names = "--no-observer", description = "Without the packet tap. Example: --no-observer")
    private boolean noObserver;

    @Option(
            names = "--close",
            defaultValue = "client",
            description =
                    "Who closes first: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}. Example: --close server")
    private CloseOrder close = CloseOrder.CLIENT;

    @Option(
            names = "--sources",
            defaultValue = "" + CLIENT_ADDRESSES,
            description =
                    "Client addresses, 64,512 ports each, 1 to 10,000; default ${DEFAULT-VALUE}. Example: --sources 64")
    private int sources;

    @Option(
            names = "--processes",
            defaultValue = "4",
            description =
                    "Client processes, 1 to 64, and half as many of the origin; one of each cannot fill two cores;"
                            + " default ${DEFAULT-VALUE}. Example: --processes 2")
    private int processes;

    @Option(
            names = "--http",
            description = "One GET and its answer on each connection instead of a byte each way. Example: --http")
    private boolean http;

    @Option(
            names = "--keep-alive",
            paramLabel = "N",
            description =
                    "So many HTTP requests on each connection, 2 to 1,000,000 (closed loop). Example: --keep-alive 100")
    private Optional<Integer> keepAlive = Optional.empty();

    @ArgGroup
    private PaceOptions pace = new PaceOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private CommandSpec spec;

    /** One of the two. */
    static final class PaceOptions {
        @Option(
                names = "--in-flight",
                description = "Closed loop: transactions at any time; default 64. Example: --in-flight 200")
        private Optional<Integer> inFlight = Optional.empty();

        @Option(names = "--rate", description = "Open loop: transactions a second. Example: --rate 5000")
        private Optional<Double> perSecond = Optional.empty();

        Pace pace(OptionCheck check) {
            inFlight.ifPresent(count -> check.require("--in-flight", count, 1, 10_000));
            perSecond.ifPresent(rate -> check.require("--rate", rate, 1, 100_000));
            return perSecond.isPresent()
                    ? new Pace.OpenLoop(perSecond.get(), MAX_OUTSTANDING)
                    : new Pace.ClosedLoop(inFlight.orElse(64));
        }
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        OptionCheck check = new OptionCheck(spec.commandLine());
        check.require("--seconds", seconds, 1, 3_000);
        check.require("--sources", sources, 1, 10_000);
        check.require("--processes", processes, 1, 64);
        Pace atPace = pace.pace(check);
        keepAlive.ifPresent(count -> check.require("--keep-alive", count, 2, 1_000_000));
        if (keepAlive.isPresent() && atPace instanceof Pace.OpenLoop) {
            throw check.wrong("--keep-alive needs a closed loop: leave --rate out");
        }
        TopologyPlan plan = TopologyPlan.STANDARD.withIpv6(ipv6).withTimestamps(true, true, !noTimestamps);
        try (Topology topology = Topology.direct(plan);
                Origin origin = Origin.start(topology.server(), topology.origin(), (processes + 1) / 2)) {
            LoadPlan loadPlan = LoadPlan.to(topology.origin(), topology.clients(sources))
                    .withPace(atPace)
                    .withEnding(close)
                    .withDuration(Duration.ofSeconds(seconds))
                    .withProcesses(processes);
            if (http || keepAlive.isPresent()) {
                loadPlan = loadPlan.withHttp(HttpRequests.DIRECT.withPerConnection(keepAlive.orElse(1)));
            }
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

    private int verdict(PrintWriter out, LoadReport load, OriginReport origin) {
        Histogram answered = load.answeredMicros();
        out.printf(
                Locale.ROOT,
                "%,d %s, %,.0f/s, %,d failed %s, p50 %.2f ms, p99 %.2f ms, max %.2f ms%n",
                load.done(),
                keepAlive.isPresent() ? "requests" : "connections",
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
