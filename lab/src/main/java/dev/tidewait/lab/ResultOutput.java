package dev.tidewait.lab;

import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where an experiment's result and its progress go, and what it says of options that make no sense. Filled in by picocli. */
final class ResultOutput {
    @Option(names = "--json", description = "The result as JSON on stdout, progress on stderr.")
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

    /** @throws ParameterException if {@code value} is not in the range, both ends included */
    void require(String option, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw wrong(option + " takes " + number(least) + " to " + number(most) + ", not " + number(value));
        }
    }

    /** Wrong usage, with {@code message}. */
    ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.format(Locale.ROOT, "%,d", (long) value) : Double.toString(value);
    }
}
