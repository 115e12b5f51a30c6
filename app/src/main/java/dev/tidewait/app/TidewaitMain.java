package dev.tidewait.app;

import java.io.PrintWriter;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line. Each subcommand is a class of its own, listed here; help option, headings and exit codes are
 * inherited by all of them. Used by the main thread only.
 */
@Command(
        name = "tidewait",
        description = "TIME_WAIT that moves with the tide: as long as the ports allow, never shorter than is safe.",
        subcommands = {
            ProxyCommand.class,
            RunCommand.class,
            AttachCommand.class,
            DetachCommand.class,
            ReapCommand.class,
            DoctorCommand.class,
            PlanCommand.class,
            StudyCommand.class,
            CheckCommand.class,
            ExplainCommand.class,
            VersionCommand.class,
            SelfTestCommand.class,
            HelpCommand.class
        },
        scope = ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.class,
        usageHelpAutoWidth = true,
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        parameterListHeading = "%nParameters:%n",
        exitCodeOnExecutionException = ExitCode.FAILED,
        exitCodeOnInvalidInput = ExitCode.USAGE,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            ExitCode.OK + ":done",
            ExitCode.FAILED + ":failed; stderr says what, why and what to do",
            ExitCode.USAGE + ":wrong command line; nothing was done",
            ExitCode.TAKEN + ":of proxy: " + ExitCode.TAKEN_MEANS
        })
public final class TidewaitMain {
    private TidewaitMain() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        PlainStart.main(args);
    }

    /** The whole command line, for {@link #main} and for tests that give it their own streams. */
    static CommandLine commandLine() {
        return commandLine(CommandLine.defaultFactory());
    }

    /** @param factory makes the commands */
    static CommandLine commandLine(IFactory factory) {
        CommandLine line = new CommandLine(new TidewaitMain(), factory)
                .setParameterExceptionHandler(TidewaitMain::explainWrongUsage);
        // Words of the command that is run: its options are not ours, and @word is not a file of ours.
        Objects.requireNonNull(line.getSubcommands().get("run")).setStopAtPositional(true);
        return line.setExpandAtFiles(false);
    }

    private static int explainWrongUsage(ParameterException wrong, String[] args) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        String name = command.getCommandSpec().qualifiedName();
        err.println(name + ": " + wrong.getMessage());
        UnmatchedArgumentException.printSuggestions(wrong, err);
        err.println("See '" + name + " --help'.");
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }
}
