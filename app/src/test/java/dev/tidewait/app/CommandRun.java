package dev.tidewait.app;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * One run of a command inside this JVM. Immutable.
 *
 * @param out what it wrote to stdout
 * @param err what it wrote to stderr
 */
record CommandRun(int exitCode, String out, String err) {
    static CommandRun of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = TidewaitMain.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new CommandRun(exitCode, out.toString(), err.toString());
    }
}
