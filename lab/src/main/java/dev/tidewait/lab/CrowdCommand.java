package dev.tidewait.lab;

import dev.tidewait.lab.crowd.Passage;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lab crowd}: what many idle and slow clients cost, and whom. */
@Command(
        name = "crowd",
        description =
                "The HTTP proxy with thousands of idle clients, slow readers, slow writers and servers that read nothing:"
                        + " what does each of them cost, and what do others notice?",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  ./tidewait lab crowd                          5,000 idle clients and 600 slow ones",
            "  ./tidewait lab crowd --idle 1000 --slow 50    a smaller one"
        })
final class CrowdCommand implements Callable<Integer> {
    @Option(
            names = "--idle",
            paramLabel = "N",
            defaultValue = "5000",
            description = "Idle clients, 1 to 8,000; default ${DEFAULT-VALUE}. Example: --idle 1000")
    private int idle;

    @Option(
            names = "--slow",
            paramLabel = "N",
            defaultValue = "200",
            description = "Of each: clients that read slowly, that write slowly, and that write to a server which reads"
                    + " nothing, 1 to 1,000; default ${DEFAULT-VALUE}. Example: --slow 50")
    private int slow;

    @Option(
            names = "--passage",
            paramLabel = "HOW",
            defaultValue = "http",
            description = "How all go through the proxy: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}."
                    + " Example: --passage tunnel")
    private Passage passage = Passage.HTTP;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description =
                    "How often the load runs without and with the crowd, 1 to 20, behind a first round whose times do not count;"
                            + " default ${DEFAULT-VALUE}. Example: --rounds 9")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "How long each load runs, 2 to 120; default ${DEFAULT-VALUE}. Example: --seconds 20")
    private int seconds;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "500",
            description = "Connections a second of the others, 1 to 5,000; default ${DEFAULT-VALUE}."
                    + " Example: --rate 1000")
    private double perSecond;

    @Mixin
    private ResultOutput output = new ResultOutput();

    @Override
    public Integer call() {
        OptionCheck check = output.check();
        check.require("--idle", idle, 1, 8_000);
        check.require("--slow", slow, 1, 1_000);
        check.require("--rounds", rounds, 1, 20);
        check.require("--seconds", seconds, 2, 120);
        check.require("--rate", perSecond, 1, 5_000);
        CrowdPlan plan = CrowdPlan.STANDARD
                .withMembers(idle, slow)
                .withPassage(passage)
                .withRounds(rounds)
                .withPhase(Duration.ofSeconds(seconds))
                .withRate(perSecond);
        PrintWriter progress = output.progress();
        CrowdResult result = new CrowdRun(plan, line -> {
                    progress.println(line);
                    progress.flush();
                })
                .run();
        PrintWriter out = output.out();
        if (output.isJson()) {
            out.println(CrowdJson.of(result));
        } else {
            out.println();
            for (CrowdRound round : result.rounds()) {
                round.crowd()
                        .forEach(report -> out.printf(
                                Locale.ROOT,
                                "%,6d %s: %,d sent away, %,d bytes, at most %,d by one%n",
                                report.members(),
                                report.habit(),
                                report.lost(),
                                report.bytes(),
                                report.mostBytes()));
            }
            out.println();
            Verdict.print(result.verdicts(), out);
        }
        out.flush();
        return Verdict.exitCode(result.verdicts());
    }
}
