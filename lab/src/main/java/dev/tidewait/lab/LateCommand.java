package dev.tidewait.lab;

import dev.tidewait.lab.churn.Chooser;
import dev.tidewait.lab.late.Cell;
import dev.tidewait.lab.late.LateJson;
import dev.tidewait.lab.late.LateProgress;
import dev.tidewait.lab.late.LateSeries;
import dev.tidewait.lab.late.LateState;
import dev.tidewait.lab.late.LateTable;
import dev.tidewait.lab.late.LateVerdicts;
import dev.tidewait.lab.late.Outcome;
import dev.tidewait.lab.late.PairwiseCells;
import dev.tidewait.lab.late.Prediction;
import java.io.PrintWriter;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lab late}: what segments of a former connection do to the next one. */
@Command(
        name = "late",
        description =
                "A link that keeps copies of a connection's segments and delivers them into the next connection on the same"
                        + " addresses and ports: what does it do to those that take ports by the kernel's choice, at once, or by"
                        + " Tidewait's rule?",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A cell is METHOD/TIMESTAMPS/RANGES/CLOSING/WINDOW, for example tidewait/timestamps-both/apart/server/large.",
            "",
            "Examples:",
            "  ./tidewait lab late                                  a set in which each method meets every pair of circumstances",
            "  ./tidewait lab late --all                            every cell; goes on where it was interrupted",
            "  ./tidewait lab late --under run                      the same set for a program under 'tidewait run'",
            "  ./tidewait lab late --cells 'at-once/*/overlapping/client/*'"
        })
final class LateCommand implements Callable<Integer> {
    private static final long SEED_OF_ALL = 1;
    private static final long MOST_SEEDS = 1_000_000_000;

    @Option(names = "--all", description = "Every cell instead of a set in which all pairs meet. Example: --all")
    private boolean all;

    @Option(
            names = "--cells",
            paramLabel = "PATTERN",
            description = "Only cells whose name matches, of all there are; * stands for one part or a piece of it."
                    + " Example: --cells 'tidewait/*/*/close-wait/small'")
    private Optional<String> pattern = Optional.empty();

    @Option(
            names = "--under",
            paramLabel = "WHAT",
            defaultValue = "proxy",
            description =
                    "Who chooses the ports by Tidewait's rule: proxy (tidewait proxy, whose method is tidewait, compared with every other"
                            + " method) or run (tidewait run, whose method is run, and one cell at once that must be harmed); default ${DEFAULT-VALUE}."
                            + " Example: --under run")
    private Chooser chooser = Chooser.PROXY;

    @Option(
            names = "--model",
            description =
                    "With --cells or --under run: the tests of the model too. Example: --cells 'at-once/*/apart/client/small' --model")
    private boolean model;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description =
                    "Of every choice: the set, the copies and when they come, the bytes; without it that of the --state file, 1 with --all,"
                            + " else a random one, which is printed. Example: --seed 42")
    private Optional<Long> chosenSeed = Optional.empty();

    @Option(
            names = "--state",
            paramLabel = "FILE",
            description =
                    "Where outcomes are kept, so that the same command goes on where it stopped; with --all"
                            + " tidewait-late-SEED.jsonl (tidewait-late-run-SEED.jsonl) without it. Example: --state late.jsonl")
    private Optional<Path> stateFile = Optional.empty();

    @Option(
            names = "--incarnations",
            paramLabel = "N",
            defaultValue = "520",
            description =
                    "Connections that meet copies in each cell of the rule, 20 to 2,000, and up to a quarter more where some of those"
                            + " before them end in another way; default ${DEFAULT-VALUE}."
                            + " Example: --incarnations 100")
    private int incarnations;

    @Mixin
    private ResultOutput output = new ResultOutput();

    @Override
    public Integer call() {
        output.check().require("--incarnations", incarnations, 20, 2_000);
        long seed = seed();
        List<Cell> cells = cells(seed);
        PrintWriter progress = output.progress();
        Optional<LateState> state = stateFile
                .or(() -> all ? Optional.of(stateOfAll(seed)) : Optional.empty())
                .map(file -> LateState.open(
                        file,
                        "seed " + seed + ", " + incarnations + " incarnations" + (isUnderRun() ? ", under run" : "")));
        List<Outcome> known = state.map(LateState::known).orElse(List.of());
        LateProgress done = new LateProgress(cells, known);
        progress.println("seed " + seed + ", " + done.line());
        progress.flush();
        LateSeries series = new LateSeries(seed, incarnations, outcome -> {
            state.ifPresent(kept -> kept.add(outcome));
            done.add(outcome);
            progress.println(LateTable.line(outcome));
            progress.println("    " + done.line());
            progress.flush();
        });
        List<Outcome> outcomes = series.run(cells, known);
        List<Verdict> verdicts = new ArrayList<>(LateVerdicts.of(outcomes, pattern.isEmpty()));
        List<Prediction> predictions = List.of();
        if (model || (pattern.isEmpty() && !isUnderRun())) {
            predictions = series.runModel(prediction -> {
                progress.println(prediction.line());
                progress.flush();
            });
            verdicts.add(LateVerdicts.ofModel(predictions));
        }
        PrintWriter out = output.out();
        if (output.isJson()) {
            out.println(LateJson.of(seed, outcomes, predictions, verdicts));
        } else {
            out.println();
            LateTable.print(outcomes, out);
            out.println();
            Verdict.print(verdicts, out);
        }
        out.flush();
        return Verdict.exitCode(verdicts);
    }

    /** A run that goes on has the seed that it had. */
    private long seed() {
        if (chosenSeed.isPresent()) {
            return chosenSeed.get();
        }
        OptionalLong kept = stateFile.map(LateState::seedOf).orElse(OptionalLong.empty());
        return kept.orElseGet(
                () -> all ? SEED_OF_ALL : ThreadLocalRandom.current().nextLong(1, MOST_SEEDS));
    }

    private boolean isUnderRun() {
        return chooser == Chooser.RUN;
    }

    private Path stateOfAll(long seed) {
        return Path.of("tidewait-late-" + (isUnderRun() ? "run-" : "") + seed + ".jsonl");
    }

    private List<Cell> cells(long seed) {
        List<Cell> every = isUnderRun() ? Cell.allUnderRun() : Cell.all();
        if (pattern.isEmpty()) {
            return all ? every : isUnderRun() ? PairwiseCells.chooseUnderRun(seed) : PairwiseCells.choose(seed);
        }
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern.get());
        List<Cell> cells = every.stream()
                .filter(cell -> matcher.matches(Path.of(cell.name())))
                .toList();
        if (cells.isEmpty()) {
            throw output.check()
                    .wrong("no cell matches " + pattern.get() + "; a name is "
                            + every.getFirst().name()
                            + (isUnderRun() ? "" : "; those of the method run are there with --under run"));
        }
        return cells;
    }
}
