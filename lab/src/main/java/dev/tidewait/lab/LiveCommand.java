package dev.tidewait.lab;

import dev.tidewait.app.Json;
import dev.tidewait.lab.product.TidewaitProgram;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lab live}: what {@code tidewait study --live} costs beside a busy server. */
@Command(
        name = "live",
        description = {
            "What does 'tidewait study --live' cost, and does it count every connection? It watches a server's device while"
                    + " clients connect in an open loop; its BPF programs' run time and its own CPU time are added."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  ./tidewait lab live                      15,000 connections a second, 30 s",
            "  ./tidewait lab live --close client       the client closes first: no TIME_WAIT at the watched server"
        })
final class LiveCommand implements Callable<Integer> {
    private static final int CLIENT_ADDRESSES = 32;
    private static final int MAX_OUTSTANDING = 10_000;
    private static final int PROCESSES = 2;
    /** The clients run this much longer than the watch, which begins while they are under way. */
    private static final Duration AROUND = Duration.ofSeconds(8);

    private static final Duration START_DEADLINE = Duration.ofSeconds(20);
    /** Of a core. */
    private static final double MOST_SHARE = 0.03;

    /** Of a core, in a second. */
    private static final double NANOS_PER_PERCENT = 1e7;

    @Option(
            names = "--seconds",
            defaultValue = "30",
            description = "How long it watches, 5 to 600; default ${DEFAULT-VALUE}. Example: --seconds 60")
    private int seconds;

    @Option(
            names = "--rate",
            defaultValue = "15000",
            description = "Connections a second, 100 to 100,000; default ${DEFAULT-VALUE}. Example: --rate 5000")
    private double rate;

    @Option(
            names = "--close",
            defaultValue = "server",
            description =
                    "Who closes first: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}, which leaves TIME_WAIT at the"
                            + " watched server. Example: --close client")
    private CloseOrder close = CloseOrder.SERVER;

    @Mixin
    private ResultOutput output = new ResultOutput();

    /** What the watch reported, and the load beside it. */
    private record Result(JsonObject study, LoadReport load) {
        double seconds() {
            return cost().decimal("seconds");
        }

        JsonObject cost() {
            return study.object("live").object("cost");
        }

        long ended() {
            return study.object("closedByFin").number("byUnknown")
                    + study.object("closedByRst").number("byUnknown");
        }
    }

    @Override
    public Integer call() {
        output.check().require("--seconds", seconds, 5, 600);
        output.check().require("--rate", rate, 100, 100_000);
        Result result = run();
        List<Verdict> verdicts = verdicts(result);
        if (output.isJson()) {
            output.out().print(Json.pretty(json -> {
                json.writeStartObject();
                json.writeNumberProperty("connectionsPerSecond", result.ended() / result.seconds());
                json.writeNumberProperty("shareOfACore", result.cost().decimal("shareOfACore"));
                Verdict.write(verdicts, json);
                json.writeEndObject();
            }));
        } else {
            print(result, output.out());
            Verdict.print(verdicts, output.out());
        }
        output.out().flush();
        return Verdict.exitCode(verdicts);
    }

    private Result run() {
        Duration length = Duration.ofSeconds(seconds);
        try (Topology topology = Topology.direct(TopologyPlan.STANDARD);
                Origin origin = Origin.start(topology.server(), topology.origin(), PROCESSES)) {
            LoadPlan plan = LoadPlan.to(topology.origin(), topology.clients(CLIENT_ADDRESSES))
                    .withPace(new Pace.OpenLoop(rate, MAX_OUTSTANDING))
                    .withEnding(close)
                    .withDuration(length.plus(AROUND))
                    .withProcesses(PROCESSES);
            CountDownLatch underWay = new CountDownLatch(2);
            SecondsPrinter printer = new SecondsPrinter(output.progress());
            try (Load clients = Load.start(topology.client(), plan, second -> {
                underWay.countDown();
                printer.accept(second);
            })) {
                await(underWay);
                List<String> command = TidewaitProgram.delivered(List.of(
                        "study", "--live", topology.serverInterface(), "--json", "--cost", "--for", seconds + "s"));
                try (LeashedProcess watch = LeashedProcess.start(
                        topology.server(), "study --live", length.plus(START_DEADLINE), line -> {}, command)) {
                    JsonObject study = JsonObject.parse(watch.awaitOutput(length.plus(START_DEADLINE)));
                    LoadReport load = clients.await();
                    origin.stop();
                    return new Result(study, load);
                }
            }
        }
    }

    private static void await(CountDownLatch underWay) {
        try {
            if (!underWay.await(START_DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                throw new LabException("the clients did not begin within " + START_DEADLINE.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }

    private List<Verdict> verdicts(Result result) {
        double share = result.cost().decimal("shareOfACore");
        double perSecond = result.ended() / result.seconds();
        JsonObject live = result.study().object("live");
        return List.of(
                Verdict.of(
                        share <= MOST_SHARE,
                        "the watch takes at most 0.03 of a core",
                        "%.2f %% of a core",
                        100 * share),
                Verdict.of(
                        Math.abs(perSecond - rate) <= 0.05 * rate,
                        "it saw every connection end",
                        "%,.0f a second, asked for %,.0f",
                        perSecond,
                        rate),
                Verdict.of(live.number("lost") == 0, "it lost no late segment", "%,d lost", live.number("lost")),
                Verdict.of(
                        result.load().failed() == 0,
                        "it hurt nobody",
                        "%,d of %,d connections failed",
                        result.load().failed(),
                        result.load().done()));
    }

    private static void print(Result result, PrintWriter out) {
        JsonObject cost = result.cost();
        out.printf(
                Locale.ROOT,
                "%n%,.0f connections and %,.0f segments in a second, %.1f s%n",
                result.ended() / result.seconds(),
                result.study().number("segments") / result.seconds(),
                result.seconds());
        out.printf(Locale.ROOT, "%-20s %13s %8s %12s%n", "", "runs a second", "ns each", "% of a core");
        JsonObject programs = cost.object("programs");
        for (String name : programs.names()) {
            JsonObject program = programs.object(name);
            row(out, "BPF " + name, program.number("runs"), program.number("nanos"), result.seconds());
        }
        row(out, "BPF", cost.number("bpfRuns"), cost.number("bpfNanos"), result.seconds());
        out.printf(
                Locale.ROOT,
                "%-20s %13s %8s %12.2f%n%n",
                "own CPU",
                "",
                "",
                cost.number("ownNanos") / result.seconds() / NANOS_PER_PERCENT);
    }

    private static void row(PrintWriter out, String name, long runs, long nanos, double seconds) {
        out.printf(
                Locale.ROOT,
                "%-20s %,13.0f %8.0f %12.2f%n",
                name,
                runs / seconds,
                (double) nanos / Math.max(1, runs),
                nanos / seconds / NANOS_PER_PERCENT);
    }
}
