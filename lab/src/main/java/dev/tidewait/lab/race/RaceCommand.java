package dev.tidewait.lab.race;

import dev.tidewait.lab.CellNames;
import dev.tidewait.lab.LabException;
import dev.tidewait.lab.OutcomeFile;
import dev.tidewait.lab.ResultOutput;
import dev.tidewait.lab.Verdict;
import dev.tidewait.lab.product.TidewaitProgram;
import dev.tidewait.lab.program.PeerProgram;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lab race}: Tidewait beside its peers. */
@Command(
        name = "race",
        description =
                "Tidewait beside HAProxy, nginx and Squid, doing the same work on this machine in turns: how fast is each, and"
                        + " what does it cost? Medians of rounds; docs/race.md says what each kind of work is.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A cell is WORK/CONTESTANT, for example a-client/tidewait or d-kept/haproxy-explicit.",
            "",
            "Examples:",
            "  ./tidewait lab race --state race.jsonl        (a) to (d) against HAProxy, 22 minutes; goes on where it was interrupted",
            "  ./tidewait lab race --state race.jsonl --all --svg docs/race.svg",
            "                                                everything, with a chart, 75 minutes",
            "  ./tidewait lab race --work a,e --rounds 3     two kinds of work",
            "  ./tidewait lab race --cell 'a-client/*'       one kind of work, everybody"
        })
public final class RaceCommand implements Callable<Integer> {
    @Option(
            names = "--work",
            split = ",",
            paramLabel = "LETTER",
            description =
                    "Only these: a to j, a120, b2, or a part such as a-client; the usual contestants, with --all all of them."
                            + " Example: --work a,d-kept")
    private List<String> works = List.of();

    @Option(
            names = "--cell",
            split = ",",
            paramLabel = "NAME",
            description = "Only these, of all there are; * stands for a part or a piece of it. Example: --cell 'e/*'")
    private List<String> names = List.of();

    @Option(names = "--all", description = "All kinds of work and all contestants. Example: --all")
    private boolean all;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Of each cell, 1 to 50; default ${DEFAULT-VALUE}. Example: --rounds 3")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "6",
            description = "Measured in each round, 1 to 60; default ${DEFAULT-VALUE}. Example: --seconds 10")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "6",
            description =
                    "Seconds of the same load before, in each round and for everybody, 0 to 60; default ${DEFAULT-VALUE}."
                            + " Example: --warm-up 10")
    private int warmUpSeconds;

    @Option(
            names = "--long",
            paramLabel = "N",
            defaultValue = "120",
            description = "Seconds of a120, b and b2, which are measured once, 2 to 600; default ${DEFAULT-VALUE}."
                    + " Example: --long 30")
    private int longSeconds;

    @Option(
            names = "--state",
            paramLabel = "FILE",
            description = "Where rounds are kept, so that the same command goes on where it stopped."
                    + " Example: --state race.jsonl")
    private Optional<Path> stateFile = Optional.empty();

    @Option(names = "--svg", paramLabel = "FILE", description = "A chart of the medians. Example: --svg docs/race.svg")
    private Optional<Path> chartFile = Optional.empty();

    @Mixin
    private ResultOutput output = new ResultOutput();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private CommandSpec spec;

    @Override
    public Integer call() {
        RacePlan plan = plan();
        List<RaceCell> cells = cells();
        String run = versions() + ", " + plan;
        OutcomeFile<Round> file = stateFile
                .map(path -> OutcomeFile.open(path, run, RoundJson::line, RoundJson::read))
                .orElseGet(OutcomeFile::none);
        PrintWriter progress = output.progress();
        progress.println(run);
        // Whatever else runs is in every figure of the machine's time.
        progress.printf(
                Locale.ROOT,
                "before it begins the CPUs are %.0f %% busy with other things%n",
                100 * ResourceMeter.busyShare(Duration.ofSeconds(1)));
        progress.flush();
        RaceSeries series = new RaceSeries(plan, file, (round, left) -> {
            progress.println(RaceTable.line(round, left));
            progress.flush();
        });
        RaceResults results = series.run(cells);
        List<Verdict> verdicts = RaceVerdicts.of(results);
        PrintWriter out = output.out();
        if (output.isJson()) {
            out.println(RaceJson.of(command(), run, results, verdicts));
        } else {
            RaceTable.print(results, out);
            out.println();
            Verdict.print(verdicts, out);
        }
        out.flush();
        chartFile.ifPresent(path -> write(path, RaceChart.of(command(), run, results)));
        return Verdict.exitCode(verdicts);
    }

    /** This one. */
    private String command() {
        return "./tidewait lab "
                + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
    }

    private RacePlan plan() {
        output.check().require("--rounds", rounds, 1, 50);
        output.check().require("--seconds", seconds, 1, 60);
        output.check().require("--warm-up", warmUpSeconds, 0, 60);
        output.check().require("--long", longSeconds, 2, 600);
        return new RacePlan(
                rounds,
                Duration.ofSeconds(seconds),
                Duration.ofSeconds(warmUpSeconds),
                Duration.ofSeconds(longSeconds));
    }

    private List<RaceCell> cells() {
        if (!works.isEmpty() && !names.isEmpty()) {
            throw output.check().wrong("--cell names both parts of a cell; leave --work out");
        }
        for (String work : works) {
            if (Arrays.stream(Work.values()).noneMatch(known -> isMeant(work, known))) {
                throw output.check().wrong("there is no work " + work + ", only " + groups());
            }
        }
        CellNames wanted = new CellNames(names);
        List<RaceCell> cells = RaceCell.all().stream()
                .filter(cell ->
                        names.isEmpty() ? all ? isWanted(cell.work()) : isUsual(cell) : wanted.matches(cell.name()))
                .toList();
        if (cells.isEmpty()) {
            throw output.check()
                    .wrong("no cell matches " + wanted + "; a name is "
                            + RaceCell.all().getFirst().name());
        }
        return Stream.concat(cells.stream().map(RaceCell::needs).flatMap(Optional::stream), cells.stream())
                .distinct()
                .toList();
    }

    private boolean isUsual(RaceCell cell) {
        return works.isEmpty()
                ? cell.isUsual()
                : isWanted(cell.work()) && cell.contestant().isUsualIn(cell.work());
    }

    private boolean isWanted(Work work) {
        return works.isEmpty() || works.stream().anyMatch(name -> isMeant(name, work));
    }

    private static boolean isMeant(String name, Work work) {
        return work.group().equals(name) || work.toString().equals(name);
    }

    private static Set<String> groups() {
        return Arrays.stream(Work.values()).map(Work::group).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Of everything that takes part: rounds with others are not comparable. */
    private static String versions() {
        return Stream.of(
                        Stream.of(TidewaitProgram.version(), VertxProxy.version()),
                        Stream.of(Contestant.values())
                                .flatMap(contestant -> contestant.program().stream())
                                .map(PeerProgram::version)
                                .sorted(),
                        Stream.of(
                                "Java " + System.getProperty("java.version"),
                                "Linux " + System.getProperty("os.version"),
                                Runtime.getRuntime().availableProcessors() + " CPUs"))
                .flatMap(Function.identity())
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new LabException("cannot write the chart to " + file + ": " + e.getMessage(), e);
        }
    }
}
