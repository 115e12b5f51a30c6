package dev.tidewait.lab;

import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What a command says of values that make no sense; the program then ends with exit code 2. Immutable. */
public record OptionCheck(CommandLine command) {
    /** @throws ParameterException if {@code value} is not in the range, both ends included */
    public void require(String option, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw wrong(option + " takes " + number(least) + " to " + number(most) + ", not " + number(value));
        }
    }

    /** Wrong usage, with {@code message}. */
    public ParameterException wrong(String message) {
        return new ParameterException(command, message);
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.format(Locale.ROOT, "%,.0f", value) : Double.toString(value);
    }
}
