package dev.tidewait.lab;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lab table}: the mailing list's arithmetic, measured. */
@Command(
        name = "table",
        description = {
            "The mailing list's table, measured: how many new connections a second a TIME_WAIT of 60, 30, 15 and 10 s allows.",
            "Each line runs in namespaces of its own: first just below the limit (no failure, no age below the length), then above "
                    + "it (served = ports ÷ length, and the line grows by the rest). Lines run side by side as long as they ask "
                    + "for no more than 3,100 connections a second together; a line that asks for 3,000 and more runs alone."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  ./tidewait lab table                              60, 30, 15 and 10 s with 32,768 ports: 6 minutes",
            "  ./tidewait lab table --ports 600 --lengths 2,3    the same in small: half a minute",
            "  ./tidewait lab table --json > table.json          for programs"
        })
final class TableCommand implements Callable<Integer> {
    private static final double USUAL_ELASTIC_PER_SECOND = 1_000;
    /** The elastic line's turn is no shorter than this where few ports are given. */
    private static final double LEAST_ELASTIC_SECONDS = 3;

    @Option(
            names = "--ports",
            paramLabel = "N",
            defaultValue = "32768",
            description = "Ports of each line, 100 to 62,976; default ${DEFAULT-VALUE}. Example: --ports 600")
    private int ports;

    @Option(
            names = "--lengths",
            split = ",",
            paramLabel = "SECONDS",
            defaultValue = "60,30,15,10",
            description = "Lengths in whole seconds, 1 to 600; default ${DEFAULT-VALUE}. Example: --lengths 2,3")
    private List<Integer> lengths = List.of();

    @Option(
            names = "--elastic",
            paramLabel = "RATE",
            description =
                    "Connections a second of the elastic line; default 1000, or a third of the ports if that is less."
                            + " Example: --elastic 500")
    private Optional<Double> elasticPerSecond = Optional.empty();

    @Mixin
    private ResultOutput output = new ResultOutput();

    @Override
    public Integer call() {
        PrintWriter out = output.out();
        PrintWriter progress = output.progress();
        List<TableLine> table = new Table(plans(), line -> {
                    progress.println(line);
                    progress.flush();
                })
                .measure();
        if (output.isJson()) {
            out.println(TableJson.of(table));
        } else {
            print(table, out);
        }
        out.flush();
        return table.stream().allMatch(TableLine::holds) ? 0 : LabMain.VERDICT_FAILED;
    }

    private List<TablePlan> plans() {
        output.check().require("--ports", ports, 100, SustainPlan.ALL_PORTS);
        lengths.forEach(length -> output.check().require("--lengths", length, 1, 600));
        if (new HashSet<>(lengths).size() < lengths.size()) {
            throw output.check().wrong("--lengths names a length twice: " + lengths);
        }
        double elastic = elasticPerSecond.orElse(Math.min(USUAL_ELASTIC_PER_SECOND, ports / LEAST_ELASTIC_SECONDS));
        // Its age is ports ÷ rate, and below the floor of 1 s it would not be elastic any more.
        output.check().require("--elastic", elastic, 1, 0.9 * ports);
        List<TablePlan> plans = new ArrayList<>();
        for (int seconds : lengths) {
            plans.add(new TablePlan(ports, Optional.of(Duration.ofSeconds(seconds)), elastic));
        }
        plans.add(new TablePlan(ports, Optional.empty(), elastic));
        return plans;
    }

    private static void print(List<TableLine> table, PrintWriter out) {
        out.println(
                "TIME_WAIT   ports  wanted/s  sustained/s  failed  youngest  oldest   above: asked/s  served/s  line/s  failed");
        for (TableLine line : table) {
            TablePlan plan = line.plan();
            boolean fixed = plan.fixed().isPresent();
            out.printf(
                    Locale.ROOT,
                    "%-9s %7d %9s %12.0f %7d %8.2fs %6.2fs %16s %9s %7s %7s  %s%n",
                    plan.name(),
                    plan.ports(),
                    fixed ? number(plan.wantedPerSecond()) : "-",
                    line.sustained(),
                    line.failed(),
                    line.youngestNanos() / 1e9,
                    line.oldestNanos() / 1e9,
                    fixed ? number(plan.excessivePerSecond()) : "-",
                    fixed ? number(line.servedAbove()) : "-",
                    fixed ? number(line.lineGrowth()) : "-",
                    fixed ? Long.toString(line.failedAbove()) : "-",
                    line.holds() ? "ok" : "FAILED");
        }
        for (TableLine line : table) {
            line.complaints().forEach(complaint -> out.println(line.plan().name() + ": " + complaint));
        }
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.0f", value);
    }
}
