package dev.tidewait.lab;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where an experiment's result and its progress go. Filled in by picocli. */
final class ResultOutput {
    @Option(
            names = "--json",
            description = "The result as JSON on stdout, progress on stderr. Example: --json > result.json")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private CommandSpec command;

    boolean isJson() {
        return json;
    }

    PrintWriter out() {
        return command.commandLine().getOut();
    }

    PrintWriter progress() {
        return json ? command.commandLine().getErr() : out();
    }

    OptionCheck check() {
        return new OptionCheck(command.commandLine());
    }
}
