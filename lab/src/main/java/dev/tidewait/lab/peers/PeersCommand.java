package dev.tidewait.lab.peers;

import dev.tidewait.lab.CellNames;
import dev.tidewait.lab.ResultOutput;
import dev.tidewait.lab.Verdict;
import dev.tidewait.lab.program.PeerProgram;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lab peers}: other programs, without Tidewait and with it. */
@Command(
        name = "peers",
        description =
                "nginx, HAProxy and Squid as shipped, with tcp_tw_reuse=1, with explicit source ports, under 'tidewait run' and"
                        + " with 'tidewait reap': what does each carry towards one destination, and what fails?",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A cell is PROGRAM/SET-UP/TIMESTAMPS/DEMAND, for example nginx-stream/run/no-timestamps/below.",
            "",
            "Examples:",
            "  ./tidewait lab peers --state peers.jsonl             all cells, 15 minutes; goes on where it was interrupted",
            "  ./tidewait lab peers --state peers.jsonl --long      and nginx against itself and HAProxy for 2 minutes each",
            "  ./tidewait lab peers --cell 'haproxy/*/*/*'",
            "  ./tidewait lab peers --stranger                      default sysctls, no options: does anything fail?"
        })
public final class PeersCommand implements Callable<Integer> {
    @Option(
            names = "--cell",
            split = ",",
            paramLabel = "NAME",
            description = "Only these, of all there are; * stands for a part or a piece of it."
                    + " Example: --cell 'nginx-*/run/*/*'")
    private List<String> names = List.of();

    @Option(names = "--long", description = "The cells of 120 s too. Example: --long")
    private boolean withLong;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "Of each cell, 2 to 600; default 15 to 120, as each needs; with --stranger 180."
                    + " Example: --seconds 5")
    private Optional<Integer> seconds = Optional.empty();

    @Option(
            names = "--ports",
            paramLabel = "N",
            description = "So many ports in every set-up instead of 28,232 to 62,976, 500 to 28,000: the same in small."
                    + " Example: --ports 2000 --seconds 5")
    private Optional<Integer> portCount = Optional.empty();

    @Option(
            names = "--state",
            paramLabel = "FILE",
            description = "Where outcomes are kept, so that the same command goes on where it stopped."
                    + " Example: --state peers.jsonl")
    private Optional<Path> stateFile = Optional.empty();

    @Option(
            names = "--stranger",
            description = "Instead: a host that nobody tuned, and no option but --; of the other options only --cell,"
                    + " --seconds, --rate and --json apply. Example: --stranger --cell haproxy,kill")
    private boolean stranger;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "With --stranger: connections a second through each program, 10 to 20,000; default 2,000."
                    + " Example: --stranger --rate 500")
    private Optional<Double> perSecond = Optional.empty();

    @Mixin
    private ResultOutput output = new ResultOutput();

    @Override
    public Integer call() {
        seconds.ifPresent(given -> output.check().require("--seconds", given, 2, 600));
        return stranger ? callStranger() : callCells();
    }

    private int callStranger() {
        perSecond.ifPresent(given -> output.check().require("--rate", given, 10, 20_000));
        if (portCount.isPresent() || stateFile.isPresent() || withLong) {
            throw output.check()
                    .wrong("--stranger changes nothing and remembers nothing: leave --ports, --state, --long out");
        }
        CellNames wanted = new CellNames(names);
        if (Stranger.names().stream().noneMatch(wanted::matches)) {
            throw output.check()
                    .wrong("with --stranger the names are " + String.join(", ", Stranger.names()) + ", not " + wanted);
        }
        StrangerPlan plan = new StrangerPlan(
                perSecond.orElse(StrangerPlan.STANDARD.perSecond()),
                seconds.map(Duration::ofSeconds).orElse(StrangerPlan.STANDARD.duration()));
        PrintWriter progress = output.progress();
        progress.println(versions());
        Stranger series = new Stranger(plan, progress);
        series.run(wanted);
        if (output.isJson()) {
            output.out().println(series.json());
            output.out().flush();
        }
        return Verdict.exitCode(series.verdicts());
    }

    private int callCells() {
        if (perSecond.isPresent()) {
            throw output.check().wrong("--rate goes with --stranger; a cell's demand is part of its name");
        }
        PeersPlan plan = plan();
        List<PeerCell> cells = cells();
        String run = versions() + ", " + plan;
        PeersState state = stateFile.map(file -> PeersState.open(file, run)).orElseGet(PeersState::none);
        PrintWriter progress = output.progress();
        progress.println(run);
        PeersTable.head(progress);
        List<PeerOutcome> outcomes = new ArrayList<>();
        for (PeerCell cell : cells) {
            PeerOutcome outcome = state.known(cell).orElseGet(() -> measure(cell, plan, state));
            PeersTable.line(outcome, progress);
            outcomes.add(outcome);
        }
        List<Verdict> verdicts = PeersVerdicts.of(outcomes, plan.ports());
        PrintWriter out = output.out();
        if (output.isJson()) {
            out.println(PeersJson.of(run, outcomes, verdicts));
        } else {
            out.println();
            Verdict.print(verdicts, out);
        }
        out.flush();
        return Verdict.exitCode(verdicts);
    }

    /** Of all programs: outcomes of others are not comparable. */
    private static String versions() {
        return Stream.concat(
                        Stream.of(PeerProgram.values()).map(PeerProgram::version),
                        Stream.of("Linux " + System.getProperty("os.version")))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private static PeerOutcome measure(PeerCell cell, PeersPlan plan, PeersState state) {
        PeerOutcome outcome = new PeerRun(cell, plan).run();
        state.add(outcome);
        return outcome;
    }

    private PeersPlan plan() {
        portCount.ifPresent(given -> output.check().require("--ports", given, 500, 28_000));
        return new PeersPlan(
                portCount.map(PortPlan::of).orElse(PortPlan.STANDARD),
                seconds.map(OptionalInt::of).orElse(OptionalInt.empty()));
    }

    private List<PeerCell> cells() {
        CellNames wanted = new CellNames(names);
        if (wanted.isEmpty()) {
            return withLong ? PeerCell.all() : PeerCell.usual();
        }
        List<PeerCell> cells = PeerCell.all().stream()
                .filter(cell -> wanted.matches(cell.name()))
                .toList();
        if (cells.isEmpty()) {
            throw output.check()
                    .wrong("no cell matches " + wanted + "; a name is "
                            + PeerCell.all().getFirst().name());
        }
        return cells;
    }
}
