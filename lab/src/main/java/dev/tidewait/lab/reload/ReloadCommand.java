package dev.tidewait.lab.reload;

import dev.tidewait.lab.LoadReport;
import dev.tidewait.lab.OptionCheck;
import dev.tidewait.lab.ResultOutput;
import dev.tidewait.lab.Verdict;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lab reload}: a proxy whose configuration changes all the time. */
@Command(
        name = "reload",
        description =
                "The HTTP proxy under load while its configuration is read again and again, each time with something changed,"
                        + " by SIGHUP and by POST /reload in turn, and sometimes wrong: does anybody notice?",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  ./tidewait lab reload                               100 reloads in a minute of 1,000 requests a second",
            "  ./tidewait lab reload --reloads 15 --seconds 10     each kind of change once"
        })
public final class ReloadCommand implements Callable<Integer> {
    private static final int MOST_A_SECOND = 10;

    @Option(
            names = "--reloads",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many, evenly over the time, 2 to 900; default ${DEFAULT-VALUE}. Example: --reloads 15")
    private int reloads;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Requests a second, half of them on kept connections, 10 to 5,000; default ${DEFAULT-VALUE}."
                    + " Example: --rate 2000")
    private double perSecond;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "60",
            description = "How long, 2 to 3,000; default ${DEFAULT-VALUE}. Example: --seconds 30")
    private int seconds;

    @Option(
            names = "--steady",
            paramLabel = "N",
            defaultValue = "10",
            description =
                    "Tunnels, as many downloads and as many clients with one request after the other on a connection"
                            + " that all live through every reload, 1 to 200; default ${DEFAULT-VALUE}. Example: --steady 50")
    private int steady;

    @Mixin
    private ResultOutput output = new ResultOutput();

    @Override
    public Integer call() {
        OptionCheck check = output.check();
        check.require("--reloads", reloads, 2, 900);
        check.require("--rate", perSecond, 10, 5_000);
        check.require("--seconds", seconds, 2, 3_000);
        check.require("--steady", steady, 1, 200);
        if (reloads > seconds * MOST_A_SECOND) {
            throw check.wrong("--reloads: each is waited for, so there are at most " + MOST_A_SECOND
                    + " a second; raise --seconds, or lower it");
        }
        ReloadPlan plan = ReloadPlan.STANDARD
                .withReloads(reloads)
                .withRate(perSecond)
                .withDuration(Duration.ofSeconds(seconds))
                .withSteady(steady);
        PrintWriter progress = output.progress();
        ReloadResult result = new ReloadRun(plan, report -> print(report, progress)).run();
        PrintWriter out = output.out();
        if (output.isJson()) {
            out.println(ReloadJson.of(result));
        } else {
            out.println();
            print("requests on connections of their own", result.single(), out);
            print("requests on kept connections", result.kept(), out);
            out.println();
            Verdict.print(result.verdicts(), out);
        }
        out.flush();
        return Verdict.exitCode(result.verdicts());
    }

    private static void print(ReloadReport report, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%4d %-6s  %-16s %-7s  %4d ms  %,4d leased  %,6d cooling  %s%n",
                report.step().number(),
                report.step().way(),
                report.step().kind(),
                report.step().written().refusal().isPresent() ? "refused" : "applies",
                report.tookMillis(),
                report.after().leased(),
                report.after().cooling(),
                report.trouble());
        out.flush();
    }

    private static void print(String what, LoadReport load, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%,d %s, %,.0f/s, %,d failed %s; p50 %.2f ms, p99 %.2f ms, max %.2f ms%n",
                load.done(),
                what,
                load.rate(),
                load.failed(),
                load.failures(),
                load.answeredMicros().getValueAtPercentile(50) / 1e3,
                load.answeredMicros().getValueAtPercentile(99) / 1e3,
                load.answeredMicros().getMaxValue() / 1e3);
    }
}
