package dev.tidewait.lab;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lab sustain}: the main job under load, with every claim checked. */
@Command(
        name = "sustain",
        description =
                "Client, proxy and server in three network namespaces: does the proxy run out of ports, and is its rule kept?",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  ./tidewait lab sustain                      all ports, as fast as it goes, 90 s",
            "  ./tidewait lab sustain --no-timestamps      0.9 × ports ÷ floor, open loop",
            "  ./tidewait lab sustain --ports 2000         the rule under pressure"
        })
final class SustainCommand implements Callable<Integer> {
    @Option(names = "--seconds", defaultValue = "90", description = "How long, default ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--warm-up",
            defaultValue = "15",
            description = "Seconds of the same load before, not measured but observed; default ${DEFAULT-VALUE}.")
    private int warmUpSeconds;

    @Option(names = "--no-timestamps", description = "The server does not use TCP timestamps.")
    private boolean noTimestamps;

    @Option(
            names = "--close",
            split = ",",
            paramLabel = "ENDING[=WEIGHT]",
            description =
                    "Who closes first: client, server, reset, or a mix such as client=10,server=1; default client.")
    private List<String> close = List.of("client");

    @Option(names = "--nat", description = "A masquerading router between proxy and server.")
    private boolean nat;

    @Option(names = "--ipv6", description = "IPv6 instead of IPv4.")
    private boolean ipv6;

    @Option(names = "--sources", defaultValue = "1", description = "Addresses of the proxy, default ${DEFAULT-VALUE}.")
    private int sources;

    @Option(
            names = "--ports",
            description = "Ports for each source; default: the 62,976 that the narrowed range leaves.")
    private int ports;

    @Option(names = "--rate", description = "Open loop: connections a second; default: closed loop.")
    private double rate;

    @Option(
            names = "--in-flight",
            description = "Closed loop: transactions at any time; default 64, or 4,096 with --ports.")
    private int inFlight;

    @Option(names = "--fixed", description = "A fixed TIME_WAIT in seconds instead of the rule's floors.")
    private int fixedSeconds;

    @Mixin
    private ResultOutput output = new ResultOutput();

    @Override
    public Integer call() {
        PrintWriter out = output.out();
        SustainResult result = new SustainRun(plan(), new SecondsPrinter(output.progress())).run();
        if (output.isJson()) {
            out.println(SustainJson.of(result));
        } else {
            print(result, out);
        }
        out.flush();
        return result.verdicts().stream().allMatch(SustainResult.Verdict::holds) ? 0 : LabMain.VERDICT_FAILED;
    }

    private SustainPlan plan() {
        OptionalInt portCount = ports > 0 ? OptionalInt.of(ports) : OptionalInt.empty();
        SustainPlan plan = new SustainPlan(
                Duration.ofSeconds(seconds),
                Duration.ofSeconds(warmUpSeconds),
                !noTimestamps,
                endings(),
                nat,
                ipv6,
                sources,
                portCount,
                rate > 0 ? OptionalDouble.of(rate) : OptionalDouble.empty(),
                inFlight > 0 ? inFlight : ports > 0 ? 4_096 : 64,
                fixedSeconds > 0 ? Optional.of(Duration.ofSeconds(fixedSeconds)) : Optional.empty(),
                List.of());
        boolean paced = noTimestamps && rate == 0 && inFlight == 0 && ports == 0;
        return paced ? plan.withRate(0.9 * plan.possiblePerSecond()) : plan;
    }

    private Map<CloseOrder, Integer> endings() {
        Map<CloseOrder, Integer> endings = new EnumMap<>(CloseOrder.class);
        for (String one : close) {
            String[] parts = one.split("=", 2);
            try {
                endings.put(
                        CloseOrder.valueOf(parts[0].toUpperCase(Locale.ROOT)),
                        parts.length == 1 ? 1 : Integer.parseInt(parts[1]));
            } catch (IllegalArgumentException e) {
                throw output.wrong("--close takes client, server or reset, each with =WEIGHT, unlike " + one);
            }
        }
        return endings;
    }

    private static void print(SustainResult result, PrintWriter out) {
        LoadReport load = result.load();
        Histogram answered = load.answeredMicros();
        AgeComparison ages = result.ages();
        out.printf(
                Locale.ROOT,
                "%n%,d connections, %,.0f/s, %,d failed; p50 %.2f ms, p99 %.2f ms%n",
                load.done(),
                load.rate(),
                load.failed(),
                answered.getValueAtPercentile(50) / 1e3,
                answered.getValueAtPercentile(99) / 1e3);
        out.printf(
                Locale.ROOT,
                "age at reuse by the ledger: min %.3f s, p50 %.3f s, max %.3f s (%,d reuses)%n",
                ages.youngestLedgerMillis() / 1e3,
                ages.medianLedgerMillis() / 1e3,
                ages.oldestLedgerMillis() / 1e3,
                ages.ledgerReuses());
        out.printf(
                Locale.ROOT,
                "age at reuse observed:      min %.3f s, p50 %.3f s, max %.3f s (%,d reuses)%n",
                result.observed().youngestNanos() / 1e9,
                result.observed().agesMicros().getValueAtPercentile(50) / 1e6,
                result.observed().oldestNanos() / 1e9,
                result.observed().reuses());
        out.printf(
                Locale.ROOT,
                "TIME_WAIT towards the server: %,d; RST sent by the proxy: %,d; SYN sent again: %,d%n%n",
                result.kernelTimeWait(),
                result.kernel().resetsSent(),
                result.kernel().synRetransmissions());
        for (SustainResult.Verdict verdict : result.verdicts()) {
            out.printf("%s %s: %s%n", verdict.holds() ? "ok    " : "FAILED", verdict.claim(), verdict.evidence());
        }
    }
}
