package dev.tidewait.lab;

import dev.tidewait.ports.Floors;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
            "  ./tidewait lab sustain --ports 2000         the rule under pressure",
            "  ./tidewait lab sustain --ports 2000 --no-timestamps --close client=10,server=1 --floor sequence=1",
            "                                              floors of 1 s and 15 s, mixed",
            "  ./tidewait lab sustain --buckets 8000 --seconds 30",
            "                                              the kernel keeps no more than 8,000 TIME_WAIT",
            "  ./tidewait lab sustain --http               the HTTP proxy, one request on each connection",
            "  ./tidewait lab sustain --keep-alive 1000    the HTTP proxy with kept connections"
        })
final class SustainCommand implements Callable<Integer> {
    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "90",
            description = "How long, 2 to 3,000; default ${DEFAULT-VALUE}. Example: --seconds 30")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "15",
            description =
                    "Seconds of the same load before, not measured but observed, 0 to 600; default ${DEFAULT-VALUE}."
                            + " Example: --warm-up 5")
    private int warmUpSeconds;

    @Option(
            names = "--no-timestamps",
            description = "The server does not use TCP timestamps. Example: --no-timestamps --close server")
    private boolean noTimestamps;

    @Option(
            names = "--close",
            split = ",",
            paramLabel = "ENDING[=WEIGHT]",
            description = "Who closes first: client, server, reset, or a mix; default client."
                    + " Example: --close client=10,server=1")
    private List<String> close = List.of("client");

    @Option(
            names = "--nat",
            description = "A masquerading router between proxy and server. Example: --nat --seconds 30")
    private boolean nat;

    @Option(names = "--ipv6", description = "IPv6 instead of IPv4. Example: --ipv6 --seconds 30")
    private boolean ipv6;

    @Option(
            names = "--sources",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Addresses of the proxy, 1 to 100; default ${DEFAULT-VALUE}. Example: --sources 2 --ports 2000")
    private int sources;

    @Option(
            names = "--ports",
            paramLabel = "N",
            description = "Ports for each source, 1 to 44,000; default: the 62,976 that the narrowed range leaves."
                    + " Example: --ports 2000")
    private Optional<Integer> ports = Optional.empty();

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Open loop: connections a second; default: closed loop. Example: --rate 5000")
    private Optional<Double> rate = Optional.empty();

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            description =
                    "Closed loop: transactions at any time; default 64, or with --ports what is served within 2 s, at"
                            + " most 4,096. Example: --in-flight 500")
    private Optional<Integer> inFlight = Optional.empty();

    @Option(
            names = "--fixed",
            paramLabel = "SECONDS",
            description = "A fixed TIME_WAIT instead of the rule's floors, 1 to 600. Example: --fixed 15")
    private Optional<Integer> fixedSeconds = Optional.empty();

    @Option(
            names = "--floor",
            split = ",",
            paramLabel = "ROW=SECONDS",
            description = "The proxy's timeWait.floor.ROW: timestamps, sequence or unknown; default"
                    + " timestamps=1,sequence=5,unknown=15. Example: --floor sequence=1")
    private Map<String, Double> floors = Map.of();

    @Option(
            names = "--buckets",
            paramLabel = "N",
            description =
                    "The proxy's tcp_max_tw_buckets, 200 to 1,000,000: how the rule keeps below it; the load is then"
                            + " an open loop of a tenth of it a second. Example: --buckets 8000 --seconds 30")
    private Optional<Integer> buckets = Optional.empty();

    @Mixin
    private HttpOptions http = new HttpOptions();

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
        return Verdict.exitCode(result.verdicts());
    }

    private SustainPlan plan() {
        OptionCheck check = output.check();
        check.require("--seconds", seconds, 2, 3_000);
        check.require("--warm-up", warmUpSeconds, 0, 600);
        check.require("--sources", sources, 1, 100);
        buckets.ifPresent(limit -> check.require("--buckets", limit, 200, 1_000_000));
        SustainPlan plan = SustainPlan.STANDARD
                .withTimes(Duration.ofSeconds(warmUpSeconds), Duration.ofSeconds(seconds))
                .withBed(TopologyPlan.STANDARD
                        .withIpv6(ipv6)
                        .withRouter(nat)
                        .withProxySources(sources)
                        .withMaxTimeWait(buckets.orElse(TopologyPlan.STANDARD.maxTimeWait()))
                        .withTimestamps(true, true, !noTimestamps))
                .withEndings(endings())
                .withFloors(floors());
        Optional<HttpSustain> overHttp = http.plan(check);
        if (overHttp.isPresent()) {
            plan = plan.withHttp(overHttp.get());
        }
        if (plan.keepsConnections() && rate.isPresent()) {
            throw check.wrong("--keep-alive is a closed loop: leave --rate out");
        }
        if (plan.http().isPresent() && buckets.isPresent()) {
            throw check.wrong("--buckets counts what the TCP listener leaves: leave --http out");
        }
        if (ports.isPresent()) {
            check.require("--ports", ports.get(), 1, SustainPlan.MOST_PORTS);
            plan = plan.withPorts(ports.get());
        }
        if (rate.isPresent() && inFlight.isPresent()) {
            throw check.wrong("--rate is an open loop and --in-flight a closed one: take one of the two");
        }
        if (inFlight.isPresent()) {
            check.require("--in-flight", inFlight.get(), 1, 10_000);
            return plan.withInFlight(inFlight.get());
        }
        if (rate.isPresent()) {
            check.require("--rate", rate.get(), 1, 100_000);
            return plan.withRate(rate.get());
        }
        double possible = 0.9 * plan.possiblePerSecond();
        if (buckets.isPresent()) {
            // The proxy looks once a second, and a quarter of the buckets must last for so long.
            return plan.withRate(Math.min(possible, buckets.get() / 10.0));
        }
        return noTimestamps && ports.isEmpty() && !plan.keepsConnections() ? plan.withRate(possible) : plan;
    }

    private Map<CloseOrder, Integer> endings() {
        Map<CloseOrder, Integer> endings = new EnumMap<>(CloseOrder.class);
        for (String one : close) {
            String[] parts = one.split("=", 2);
            try {
                int weight = parts.length == 1 ? 1 : Integer.parseInt(parts[1]);
                output.check().require("--close: a weight", weight, 1, 1_000);
                endings.put(CloseOrder.valueOf(parts[0].toUpperCase(Locale.ROOT)), weight);
            } catch (IllegalArgumentException e) {
                throw output.check().wrong("--close takes client, server or reset, each with =WEIGHT, unlike " + one);
            }
        }
        return endings;
    }

    private Floors floors() {
        if (fixedSeconds.isPresent() && !floors.isEmpty()) {
            throw output.check().wrong("--fixed says floor and ceiling already; leave --floor out");
        }
        Map<String, Long> millis = new HashMap<>(Map.of(
                "timestamps", Floors.DEFAULT.timestampsMillis(),
                "sequence", Floors.DEFAULT.sequenceMillis(),
                "unknown", Floors.DEFAULT.unknownMillis()));
        floors.forEach((row, rowSeconds) -> {
            output.check().require("--floor " + row, rowSeconds, 0.002, 3_600);
            if (millis.replace(row, Math.round(rowSeconds * 1e3)) == null) {
                throw output.check().wrong("--floor takes timestamps, sequence or unknown, not " + row);
            }
        });
        try {
            Floors rows = new Floors(
                    millis.getOrDefault("timestamps", 0L),
                    millis.getOrDefault("sequence", 0L),
                    millis.getOrDefault("unknown", 0L),
                    Floors.DEFAULT.refusedMillis(),
                    Floors.DEFAULT.synTimeoutMillis(),
                    Floors.DEFAULT.ceilingMillis(),
                    0,
                    false);
            fixedSeconds.ifPresent(length -> output.check().require("--fixed", length, 1, 600));
            return fixedSeconds.map(length -> rows.withFixed(length * 1_000L)).orElse(rows);
        } catch (IllegalArgumentException e) {
            throw output.check().wrong("--floor: " + e.getMessage());
        }
    }

    private static void print(SustainResult result, PrintWriter out) {
        LoadReport load = result.load();
        Histogram answered = load.answeredMicros();
        AgeComparison ages = result.ages();
        out.printf(
                Locale.ROOT,
                "%n%,d %s, %,.0f/s, %,d failed %s; p50 %.2f ms, p99 %.2f ms%n",
                load.done(),
                result.plan().keepsConnections() ? "requests" : "connections",
                load.rate(),
                load.failed(),
                load.failures(),
                answered.getValueAtPercentile(50) / 1e3,
                answered.getValueAtPercentile(99) / 1e3);
        out.printf(
                Locale.ROOT,
                "age at reuse by the ledger: min %.3f s, p50 %.3f s, max %.3f s (%,d reuses)%n",
                ages.youngestLedgerMillis() / 1e3,
                ages.medianLedgerMillis() / 1e3,
                ages.oldestLedgerMillis() / 1e3,
                ages.ledgerReuses());
        if (result.observed().reuses() == 0) {
            out.println("age at reuse observed:      no reuse");
        } else {
            out.printf(
                    Locale.ROOT,
                    "age at reuse observed:      min %.3f s, p50 %.3f s, max %.3f s (%,d reuses)%n",
                    result.observed().youngestNanos() / 1e9,
                    result.observed().agesMicros().getValueAtPercentile(50) / 1e6,
                    result.observed().oldestNanos() / 1e9,
                    result.observed().reuses());
        }
        out.printf(
                Locale.ROOT,
                "TIME_WAIT towards the server: %,d; RST sent by the proxy: %,d; SYN sent again: %,d%n%n",
                result.kernelTimeWait(),
                result.kernel().resetsSent(),
                result.kernel().synRetransmissions());
        Verdict.print(result.verdicts(), out);
    }
}
