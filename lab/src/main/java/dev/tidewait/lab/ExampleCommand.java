package dev.tidewait.lab;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lab example}: the connector alone, as a library in somebody else's program. */
@Command(
        name = "example",
        description =
                "The client of module examples, with nothing but the connector on its class path, in the proxy's place: does it"
                        + " sustain what the proxy sustains?",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  ./tidewait lab example                    all ports, as fast as it goes, 90 s",
            "  ./tidewait lab example --ports 2000       the rule under pressure: 2,000 ÷ 1 s"
        })
final class ExampleCommand implements Callable<Integer> {
    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "90",
            description = "How long, 2 to 3,000; default ${DEFAULT-VALUE}. Example: --seconds 30")
    private int seconds;

    @Option(
            names = "--ports",
            paramLabel = "N",
            description =
                    "Ports, 1 to 44,000; default: the 62,976 that the narrowed range leaves. Example: --ports 2000")
    private Optional<Integer> ports = Optional.empty();

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            description = "Connections at any time, 1 to 10,000; default 64, or twice the ports, at most 4,096."
                    + " Example: --in-flight 200")
    private Optional<Integer> inFlight = Optional.empty();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private CommandSpec spec;

    @Override
    public Integer call() {
        OptionCheck check = new OptionCheck(spec.commandLine());
        check.require("--seconds", seconds, 2, 3_000);
        ports.ifPresent(count -> check.require("--ports", count, 1, SustainPlan.MOST_PORTS));
        inFlight.ifPresent(count -> check.require("--in-flight", count, 1, 10_000));
        int atOnce =
                inFlight.orElse(ports.map(count -> Math.min(4_096, 2 * count)).orElse(64));
        PrintWriter out = spec.commandLine().getOut();
        List<Verdict> verdicts = verdicts(
                Duration.ofSeconds(seconds),
                atOnce,
                ports.isPresent() ? OptionalInt.of(ports.get()) : OptionalInt.empty());
        Verdict.print(verdicts, out);
        out.flush();
        return Verdict.exitCode(verdicts);
    }

    /** Runs the example where the proxy would be, straight to the origin. */
    static List<Verdict> verdicts(Duration duration, int inFlight, OptionalInt ports) {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD);
                Origin origin = Origin.start(topology.server(), topology.origin());
                Observer observer =
                        Observer.start(topology.server(), topology.serverInterface(), Topology.ORIGIN_PORT)) {
            KernelWatch kernel = KernelWatch.start(topology.proxy());
            ExampleProgram.Report report =
                    ExampleProgram.run(topology.proxy(), topology.origin(), inFlight, duration, ports);
            List<Verdict> verdicts = new ArrayList<>();
            addServed(verdicts, report, origin.stop(), duration, ports);
            addWire(verdicts, observer.stop(), kernel.report());
            return verdicts;
        }
    }

    private static void addServed(
            List<Verdict> verdicts,
            ExampleProgram.Report report,
            OriginReport origin,
            Duration duration,
            OptionalInt ports) {
        verdicts.add(Verdict.of(
                report.failed() == 0 && report.served() == origin.endedByClient(),
                "no connection fails",
                "%,d served, %,d failed; %,d ended in order at the server",
                report.served(),
                report.failed(),
                origin.endedByClient()));
        double perSecond = (double) report.served() / duration.toSeconds();
        if (ports.isEmpty()) {
            verdicts.add(Verdict.of(perSecond >= 10_000, "at least 10,000 connections a second", "%,.0f/s", perSecond));
            return;
        }
        // Every port is there at once at the beginning, and then once a second.
        double turns = (double) report.served() / ports.getAsInt();
        verdicts.add(Verdict.of(
                turns <= duration.toSeconds() + 1 && turns >= 0.97 * duration.toSeconds(),
                "under pressure every port is used again at its floor",
                "%,.0f/s, each port %s times in %d s",
                perSecond,
                String.format(Locale.ROOT, "%.2f", turns),
                duration.toSeconds()));
    }

    private static void addWire(List<Verdict> verdicts, ObserverReport observed, KernelReport kernel) {
        long floor = SustainPlan.STANDARD.leastFloor().toMillis();
        verdicts.add(Verdict.of(
                observed.lostShare() <= 0.001,
                "the observer saw enough to prove anything",
                "%.4f %% of %,d segments lost",
                observed.lostShare() * 100,
                observed.segments()));
        verdicts.add(Verdict.of(
                observed.reuses() > 0 && observed.youngestNanos() >= floor * 1_000_000,
                "no four-tuple is reused below the floor of " + floor + " ms",
                "youngest of %,d reuses %.3f s observed",
                observed.reuses(),
                observed.youngestNanos() / 1e9));
        verdicts.add(Verdict.of(
                kernel.resetsSent() == 0 && observed.clientRsts() == 0,
                "the client sends no RST",
                "%,d counted by its kernel, %,d observed",
                kernel.resetsSent(),
                observed.clientRsts()));
        verdicts.add(Verdict.of(
                kernel.timeWaitOverflows() == 0,
                "the kernel dropped no TIME_WAIT",
                "TCPTimeWaitOverflow moved by %,d",
                kernel.timeWaitOverflows()));
    }
}
