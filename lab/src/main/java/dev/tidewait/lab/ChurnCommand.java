package dev.tidewait.lab;

import dev.tidewait.lab.churn.Breakage;
import dev.tidewait.lab.churn.Chooser;
import dev.tidewait.lab.churn.ChurnJson;
import dev.tidewait.lab.churn.ChurnPlan;
import dev.tidewait.lab.churn.ChurnResult;
import dev.tidewait.lab.churn.ChurnRun;
import dev.tidewait.lab.churn.Weather;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lab churn}: long-lived connections beside a million short ones. */
@Command(
        name = "churn",
        description =
                "The TCP proxy, or programs under 'tidewait run', with long-lived connections beside a million short ones on the same"
                        + " ports and to the same destination, over a link that loses, doubles, reorders, corrupts and holds back packets: is any of them reset, or any byte wrong?",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  ./tidewait lab churn                              1,000 beside 1,000,000, about 8 minutes",
            "  ./tidewait lab churn --connections 50000          a first impression",
            "  ./tidewait lab churn --weather wind               no packet vanishes: ports come back after a few seconds",
            "  ./tidewait lab churn --under run                  the clients themselves under tidewait run, about 5 minutes",
            "  ./tidewait lab churn --seed 7                     the faults of an earlier run",
            "  ./tidewait lab churn --break reset --connections 20000",
            "                                                    must fail: somebody destroys live connections"
        })
final class ChurnCommand implements Callable<Integer> {
    private static final int MOST_PORTS = 44_000;
    private static final int MOST_SEEDS = 1_000_000;

    @Option(
            names = "--under",
            paramLabel = "WHAT",
            defaultValue = "proxy",
            description =
                    "Who chooses the ports: proxy (tidewait proxy, through which the connections go) or run (tidewait run, below which the"
                            + " clients connect for themselves); default ${DEFAULT-VALUE}. Example: --under run")
    private Chooser chooser = Chooser.PROXY;

    @Option(
            names = "--long",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Long-lived connections, 1 to 4,000; default ${DEFAULT-VALUE}. Example: --long 100")
    private int longLived;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "1000000",
            description =
                    "Short connections, 100 to 10,000,000; default ${DEFAULT-VALUE}. Example: --connections 50000")
    private int connections;

    @Option(
            names = "--ports",
            paramLabel = "N",
            description =
                    "Ports to choose from, 100 more than long-lived connections to 44,000; default 44,000 in a storm, else 12,000 or,"
                            + " under run, 6,000. Example: --ports 8000")
    private Optional<Integer> ports = Optional.empty();

    @Option(
            names = "--rate",
            paramLabel = "N",
            description =
                    "Short connections a second, 10 to 20,000; default: nine tenths of what the ports can carry, at most 4,000."
                            + " Example: --rate 1000")
    private Optional<Double> perSecond = Optional.empty();

    @Option(
            names = "--weather",
            paramLabel = "KIND",
            defaultValue = "storm",
            description =
                    "What the link does: storm (everything), wind (duplicates, reordering, jitter and late copies, but nothing"
                            + " vanishes) or calm (nothing); default ${DEFAULT-VALUE}. Example: --weather wind")
    private Weather.Kind weather = Weather.Kind.STORM;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Of all faults; default: by chance, and printed. Example: --seed 7")
    private Optional<Long> seed = Optional.empty();

    @Option(
            names = "--break",
            paramLabel = "WHAT",
            defaultValue = "none",
            description =
                    "Breaks something on purpose, so that a verdict must fail: reset (live connections are destroyed), byte (the link"
                            + " changes data and checksum) or floor (whoever chooses the ports is told a third of it); default ${DEFAULT-VALUE}."
                            + " Example: --break byte")
    private Breakage breakage = Breakage.NONE;

    @Mixin
    private ResultOutput output = new ResultOutput();

    @Override
    public Integer call() {
        OptionCheck check = output.check();
        check.require("--long", longLived, 1, 4_000);
        check.require("--connections", connections, 100, 10_000_000);
        ports.ifPresent(count -> check.require("--ports", count, longLived + 100.0, MOST_PORTS));
        perSecond.ifPresent(rate -> check.require("--rate", rate, 10, 20_000));
        PrintWriter progress = output.progress();
        ChurnResult result = new ChurnRun(plan(), line -> {
                    progress.println(line);
                    progress.flush();
                })
                .run();
        PrintWriter out = output.out();
        if (output.isJson()) {
            out.println(ChurnJson.of(result));
        } else {
            print(result, out);
        }
        out.flush();
        return Verdict.exitCode(result.verdicts());
    }

    private ChurnPlan plan() {
        ChurnPlan plan = ChurnPlan.STANDARD
                .withCounts(longLived, connections)
                .withSeed(seed.orElseGet(() -> ThreadLocalRandom.current().nextLong(MOST_SEEDS)))
                .withWeather(weather)
                .withBreakage(breakage)
                .withChooser(chooser);
        plan = ports.isPresent() ? plan.withPorts(ports.get()) : plan;
        return perSecond.isPresent() ? plan.withRate(perSecond.get()) : plan;
    }

    private static void print(ChurnResult result, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%n%,d short connections in %.0f s, %,.0f/s; %,d on %,d ports of %s, %.1f each; again with --seed %d%n%n",
                result.shortOnes().shortOnes().done(),
                result.seconds(),
                result.shortOnes().shortOnes().done() / result.seconds(),
                result.account().portsGiven(),
                result.plan().portCount(),
                result.plan().chooser(),
                result.usesOfAPort(),
                result.plan().seed());
        Verdict.print(result.verdicts(), out);
    }
}
