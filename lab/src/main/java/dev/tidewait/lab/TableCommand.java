package dev.tidewait.lab;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** {@code lab table}: the mailing list's arithmetic, measured. */
@Command(
        name = "table",
        description = {
            "The mailing list's table, measured: how many new connections a second a TIME_WAIT of 60, 30, 15 and 10 s allows.",
            "Each line runs in namespaces of its own, two side by side: first just below the limit (no failure, no age below the "
                    + "length), then above it (served = ports ÷ length, and the line grows by the rest)."
        },
        mixinStandardHelpOptions = true)
final class TableCommand implements Callable<Integer> {
    /** Lines side by side: all at once would ask two cores for 8,000 connections a second from five cold proxies. */
    private static final int AT_ONCE = 2;

    @Option(names = "--ports", defaultValue = "32768", description = "Ports of each line, default ${DEFAULT-VALUE}.")
    private int ports;

    @Option(
            names = "--lengths",
            split = ",",
            defaultValue = "60,30,15,10",
            description = "Lengths in seconds, default ${DEFAULT-VALUE}.")
    private List<Integer> lengths = List.of();

    @Option(
            names = "--elastic",
            defaultValue = "1000",
            description = "Connections a second of the elastic line, default ${DEFAULT-VALUE}.")
    private double elasticPerSecond;

    @Option(names = "--json", description = "The table as JSON on stdout, progress on stderr.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter progress = spec.commandLine().getErr();
        List<TablePlan> plans = new ArrayList<>();
        for (int seconds : lengths) {
            plans.add(new TablePlan(ports, Optional.of(Duration.ofSeconds(seconds)), elasticPerSecond));
        }
        plans.add(new TablePlan(ports, Optional.empty(), elasticPerSecond));
        List<TableLine> table = new ArrayList<>();
        try (ExecutorService threads = Executors.newCachedThreadPool();
                ExecutorService lanes = Executors.newFixedThreadPool(AT_ONCE)) {
            List<CompletableFuture<TableLine>> running = plans.stream()
                    .map(plan -> CompletableFuture.supplyAsync(
                            () -> new TableRun(plan, threads, line -> {
                                        progress.println(line);
                                        progress.flush();
                                    })
                                    .run(),
                            lanes))
                    .toList();
            running.forEach(line -> table.add(line.join()));
        }
        if (json) {
            out.println(toJson(table));
        } else {
            print(table, out);
        }
        out.flush();
        return table.stream().allMatch(TableLine::holds) ? 0 : LabMain.VERDICT_FAILED;
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
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.0f", value);
    }

    private static String toJson(List<TableLine> table) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
            generator.writeStartArray();
            for (TableLine line : table) {
                generator.writeStartObject();
                generator.writeStringProperty("timeWait", line.plan().name());
                generator.writeNumberProperty("ports", line.plan().ports());
                generator.writeNumberProperty("wantedPerSecond", line.plan().wantedPerSecond());
                generator.writeNumberProperty("sustainedPerSecond", line.sustained());
                generator.writeNumberProperty("failed", line.failed());
                generator.writeNumberProperty("youngestSeconds", line.youngestNanos() / 1e9);
                generator.writeNumberProperty("oldestSeconds", line.oldestNanos() / 1e9);
                generator.writeNumberProperty("servedAbovePerSecond", line.servedAbove());
                generator.writeNumberProperty("lineGrowthPerSecond", line.lineGrowth());
                generator.writeNumberProperty("failedAbove", line.failedAbove());
                generator.writeBooleanProperty("holds", line.holds());
                generator.writeEndObject();
            }
            generator.writeEndArray();
        }
        return text.toString();
    }
}
