package dev.tidewait.lab;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where an experiment's result and its progress go. Filled in by picocli. */
public final class ResultOutput {
    @Option(
            names = "--json",
            description = "The result as JSON on stdout, progress on stderr. Example: --json > result.json")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private CommandSpec command;

    public boolean isJson() {
        return json;
    }

    public PrintWriter out() {
        return command.commandLine().getOut();
    }

    public PrintWriter progress() {
        return json ? command.commandLine().getErr() : out();
    }

    public OptionCheck check() {
        return new OptionCheck(command.commandLine());
    }
}
