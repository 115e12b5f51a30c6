package dev.tidewait.lab;

import dev.tidewait.lab.campus.Way;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lab campus}: the way out of many people, for half an hour. */
@Command(
        name = "campus",
        description =
                "The proxy as delivered, run by an ordinary user on a host that nobody tuned, for many people and 1,000"
                        + " destinations that end connections in every way: does anything fail that is ours, does anything grow?",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  ./tidewait lab campus                     300 visits a second for 30 minutes",
            "  ./tidewait lab campus --seconds 60        a first impression"
        })
final class CampusCommand implements Callable<Integer> {
    private static final int SAMPLES_AT_LEAST = 20;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "1800",
            description = "How long, 20 to 3,000; default ${DEFAULT-VALUE}. Example: --seconds 60")
    private int seconds;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "300",
            description = "Visits a second, 1 to 2,000; default ${DEFAULT-VALUE}. Example: --rate 100")
    private double perSecond;

    @Option(
            names = "--destinations",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Destinations that answer, 2 to 1,000; default ${DEFAULT-VALUE}. Example: --destinations 100")
    private int destinations;

    @Option(
            names = "--ways",
            split = ",",
            paramLabel = "WAY",
            description =
                    "How people go through the proxy: ${COMPLETION-CANDIDATES}; default all. Example: --ways connect")
    private List<Way> ways = List.of(Way.values());

    @Mixin
    private ResultOutput output = new ResultOutput();

    @Override
    public Integer call() {
        OptionCheck check = output.check();
        check.require("--seconds", seconds, 20, 3_000);
        check.require("--rate", perSecond, 1, 2_000);
        check.require("--destinations", destinations, 2, 1_000);
        CampusPlan plan = CampusPlan.STANDARD
                .withDuration(Duration.ofSeconds(seconds))
                .withRate(perSecond)
                .withServers(Math.max(1, destinations / CampusPlan.portsAskedFor(ways)))
                .withWays(ways)
                .withInterval(Duration.ofMillis(
                        Math.min(CampusPlan.STANDARD.interval().toMillis(), seconds * 1_000L / SAMPLES_AT_LEAST)));
        PrintWriter progress = output.progress();
        CampusResult result = new CampusRun(plan, (sample, count) -> print(sample, count, progress)).run();
        PrintWriter out = output.out();
        if (output.isJson()) {
            out.println(CampusJson.of(result));
        } else {
            out.println();
            result.count().kinds().forEach((kind, number) -> out.printf(Locale.ROOT, "%,9d %s%n", number, kind));
            out.println();
            Verdict.print(result.verdicts(), out);
        }
        out.flush();
        return Verdict.exitCode(result.verdicts());
    }

    private static void print(CampusSample sample, CampusCount count, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%5.0f s  %,8d visits  %,4d open  %,d failed  heap %,4d MB  memory %,4d MB  %,5d descriptors  %,5d ledgers"
                        + "  %,5d leased  %,6d cooling  %d waiting%n",
                sample.second(),
                count.visits(),
                count.open(),
                count.failed(),
                sample.heapBytes() >> 20,
                sample.residentBytes() >> 20,
                sample.descriptors(),
                sample.destinations(),
                sample.leased(),
                sample.cooling(),
                sample.waiting());
        out.flush();
    }
}
