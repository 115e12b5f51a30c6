package dev.tidewait.app;

import dev.tidewait.app.binding.Problem;
import dev.tidewait.app.configuration.ConfigurationFile;
import dev.tidewait.app.configuration.ConfigurationGuide;
import dev.tidewait.app.configuration.Loaded;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tidewait check FILE}: what a configuration would do here, without doing it. Used by the main thread only. */
@Command(
        name = "check",
        description =
                "Checks a configuration file, resolves its names, binds to its addresses for a moment, and prints what would"
                        + " be opened and which ports would be used. Serves nobody, takes no port.",
        exitCodeList = {
            ExitCode.OK
                    + ":the configuration is right, and would work on this host (an address in use, as by a running instance, is only"
                    + " noted)",
            ExitCode.FAILED + ":the check itself failed; stderr says why",
            ExitCode.USAGE + ":wrong command line; nothing was done. Or the configuration has problems; each is printed"
        })
final class CheckCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "FILE", description = "The configuration file (YAML).")
    private @Nullable Path file;

    @Option(names = "--json", description = "Prints the result as JSON to stdout.")
    private boolean asJson;

    @Option(names = "--schema", description = "Prints the JSON schema of configuration files instead, for editors.")
    private boolean schema;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        if (schema) {
            out.print(Json.pretty(ConfigurationGuide::writeSchema));
            out.flush();
            return ExitCode.OK;
        }
        if (file == null) {
            throw new ParameterException(spec.commandLine(), "which file? Name it: tidewait check FILE");
        }
        NettyStart.prepare();
        return switch (ConfigurationFile.read(file)) {
            case Loaded.Bad bad -> bad(bad.problems(), out);
            case Loaded.Good good -> good(CheckReport.make(good.configuration()), out);
        };
    }

    private int bad(List<Problem> problems, PrintWriter out) {
        if (asJson) {
            out.print(Json.pretty(json -> CheckOutput.json(String.valueOf(file), problems, json)));
            out.flush();
        } else {
            ConfigurationArgument.print(problems, spec.commandLine().getErr());
        }
        return ExitCode.USAGE;
    }

    private int good(CheckReport report, PrintWriter out) {
        if (asJson) {
            out.print(Json.pretty(json -> CheckOutput.json(String.valueOf(file), report, json)));
            out.flush();
        } else {
            CheckOutput.text(String.valueOf(file), report).forEach(out::println);
            report.problems().forEach(problem -> spec.commandLine().getErr().println(file + ": " + problem));
        }
        return report.problems().isEmpty() ? ExitCode.OK : ExitCode.USAGE;
    }
}
