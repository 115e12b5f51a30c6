package dev.tidewait.lab;

import dev.tidewait.lab.floor.FloorCommand;
import dev.tidewait.lab.peers.PeersCommand;
import dev.tidewait.lab.race.RaceCommand;
import dev.tidewait.lab.reload.ReloadCommand;
import dev.tidewait.lab.study.StudySpeedCommand;
import dev.tidewait.linux.LinuxException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Entry of {@code tidewait lab}. */
@Command(
        name = "tidewait lab",
        description = "The test bed: reproduces the problem and the cure on this machine, in network namespaces.",
        mixinStandardHelpOptions = true,
        subcommands = {
            DirectCommand.class,
            SustainCommand.class,
            TableCommand.class,
            CampusCommand.class,
            CrowdCommand.class,
            ChurnCommand.class,
            ReloadCommand.class,
            PeersCommand.class,
            RaceCommand.class,
            LateCommand.class,
            StudySpeedCommand.class,
            LiveCommand.class,
            FloorCommand.class,
            ExampleCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all verdicts hold", "1:a verdict failed", "2:wrong usage, or the bed could not be built"})
public final class LabMain implements Callable<Integer> {
    static final int VERDICT_FAILED = 1;
    static final int NO_BED = 2;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Which experiment? See --help.");
    }

    /** The command line with its exit codes; messages go to stderr. */
    public static CommandLine commandLine() {
        return new CommandLine(new LabMain())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, commandLine, parsed) -> {
                    if (!(failure instanceof LabException) && !(failure instanceof LinuxException)) {
                        throw failure;
                    }
                    commandLine.getErr().println("lab: " + failure.getMessage());
                    return NO_BED;
                });
    }

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }
}
