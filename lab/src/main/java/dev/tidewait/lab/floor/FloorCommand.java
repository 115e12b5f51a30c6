package dev.tidewait.lab.floor;

import dev.tidewait.evidence.risk.DelayTail;
import dev.tidewait.evidence.risk.DelayTails;
import dev.tidewait.lab.LabException;
import dev.tidewait.lab.OutcomeFile;
import dev.tidewait.lab.ResultOutput;
import dev.tidewait.lab.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lab floor}: how low may the floor be? */
@Command(
        name = "floor",
        description =
                "How low may the floor be? A link copies segments and delivers the copies after delays from a heavy tail; ports are used"
                        + " again after a floor of 0 to 60 s. How many copies meet a later connection, what do they do to it, how fast is"
                        + " it, and did the model foretell it?",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Tails: imc15-50 to imc15-99 (Padmanabhan et al., IMC 2015), pareto:SECONDS:SHAPE, log-normal:SECONDS:SIGMA.",
            "",
            "Examples:",
            "  ./tidewait lab floor                              floors up to 1 s, one tail; less than a minute",
            "  ./tidewait lab floor --long --state floor.jsonl --svg docs/floor.svg",
            "                                                    floors up to 60 s, four tails; goes on where it was interrupted",
            "  ./tidewait lab floor --tail imc15-98 --floor 15s,60s"
        })
public final class FloorCommand implements Callable<Integer> {
    private static final List<Duration> SHORT_FLOORS =
            List.of(Duration.ZERO, Duration.ofMillis(100), Duration.ofMillis(300), Duration.ofSeconds(1));
    private static final List<Duration> LONG_FLOORS = List.of(
            Duration.ZERO,
            Duration.ofMillis(100),
            Duration.ofMillis(300),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(15),
            Duration.ofSeconds(24),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60));
    private static final List<String> SHORT_TAILS = List.of("pareto:0.05:1");
    private static final List<String> LONG_TAILS =
            List.of("imc15-95", "imc15-98", "pareto:0.05:1", "log-normal:0.05:2");
    private static final int SHORT_LANES = 4;
    private static final int LONG_LANES = 18;

    @Option(names = "--long", description = "Floors up to 60 s and four tails. Example: --long")
    private boolean isLong;

    @Option(
            names = "--tail",
            split = ",",
            paramLabel = "NAME",
            description = "Only these tails. Example: --tail imc15-95,log-normal:0.1:2")
    private List<String> tailNames = List.of();

    @Option(
            names = "--floor",
            split = ",",
            paramLabel = "MILLIS",
            description = "Only these floors, in milliseconds, 0 to 60,000. Example: --floor 1000,5000")
    private List<Integer> floorMillis = List.of();

    @Option(
            names = "--setting",
            split = ",",
            paramLabel = "NAME",
            description = "Only these: timestamps, clock, unrelated, wrapped. Example: --setting unrelated")
    private List<Setting> settings = List.of();

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of every choice; default ${DEFAULT-VALUE}. Example: --seed 42")
    private long seed;

    @Option(
            names = "--lanes",
            paramLabel = "N",
            description = "Cells at a time, 1 to 40; default 4, with --long 18. Example: --lanes 8")
    private Optional<Integer> lanes = Optional.empty();

    @Option(
            names = "--state",
            paramLabel = "FILE",
            description = "Where outcomes are kept, so that the same command goes on where it stopped."
                    + " Example: --state floor.jsonl")
    private Optional<Path> stateFile = Optional.empty();

    @Option(names = "--svg", paramLabel = "FILE", description = "A chart. Example: --svg docs/floor.svg")
    private Optional<Path> chartFile = Optional.empty();

    @Mixin
    private ResultOutput output = new ResultOutput();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private CommandSpec spec;

    @Override
    public Integer call() {
        int atOnce = lanes.orElse(isLong ? LONG_LANES : SHORT_LANES);
        output.check().require("--lanes", atOnce, 1, 40);
        List<FloorCell> cells = cells();
        String run = "seed " + seed;
        OutcomeFile<FloorOutcome> file = stateFile
                .map(path -> OutcomeFile.open(path, run, FloorOutcomeJson::line, FloorOutcomeJson::read))
                .orElseGet(OutcomeFile::none);
        PrintWriter progress = output.progress();
        progress.println(run + ", " + cells.size() + " cells");
        progress.flush();
        List<FloorOutcome> outcomes = new FloorSeries(seed, atOnce, outcome -> {
                    file.add(outcome);
                    progress.println(FloorTable.line(outcome));
                    progress.flush();
                })
                .run(cells, file.known());
        List<DiceComparison> dice = DiceComparison.of(outcomes, seed);
        List<FastRate> fast = FastRate.all(tails(), seed);
        List<Verdict> verdicts = new ArrayList<>(FloorVerdicts.of(outcomes));
        if (outcomes.stream().anyMatch(outcome -> outcome.cell().setting().isGuaranteed())) {
            verdicts.add(DiceComparison.verdict(dice));
        }
        verdicts.add(FastRate.verdict(fast));
        PrintWriter out = output.out();
        if (output.isJson()) {
            out.println(FloorJson.of(seed, outcomes, fast, verdicts));
        } else {
            out.println();
            FloorTable.print(outcomes, out);
            out.println();
            FastRate.print(fast, out);
            out.println();
            Verdict.print(verdicts, out);
        }
        out.flush();
        chartFile.ifPresent(path -> write(path, FloorChart.of(command(), outcomes)));
        return Verdict.exitCode(verdicts);
    }

    private List<DelayTail> tails() {
        List<String> names = !tailNames.isEmpty() ? tailNames : isLong ? LONG_TAILS : SHORT_TAILS;
        try {
            return names.stream().map(DelayTails::named).toList();
        } catch (IllegalArgumentException e) {
            throw output.check().wrong("--tail: " + e.getMessage());
        }
    }

    private List<FloorCell> cells() {
        floorMillis.forEach(millis -> output.check().require("--floor", millis, 0, 60_000));
        List<Duration> floors = !floorMillis.isEmpty()
                ? floorMillis.stream().map(Duration::ofMillis).toList()
                : isLong ? LONG_FLOORS : SHORT_FLOORS;
        return FloorCell.of(tails(), settings.isEmpty() ? Arrays.asList(Setting.values()) : settings, floors);
    }

    /** This one. */
    private String command() {
        return "./tidewait lab "
                + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new LabException("cannot write the chart to " + file + ": " + e.getMessage(), e);
        }
    }
}
