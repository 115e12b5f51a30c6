package dev.tidewait.ports.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** {@code ./tidewait bench}: runs the benchmarks of all rooms on the class path with allocation figures, and prints one line for each. */
public final class BenchMain {
    private static final String JSON = "--json";
    private static final String LOG_PROPERTY = "tidewait.bench-log";

    private BenchMain() {}

    /** @param arguments {@code [PATTERN…] [--json] [-- JMH OPTIONS]} */
    public static void main(String[] arguments) throws RunnerException, IOException {
        List<String> own = new ArrayList<>(List.of(arguments));
        List<String> forJmh = new ArrayList<>();
        int end = own.indexOf("--");
        if (end >= 0) {
            forJmh.addAll(own.subList(end + 1, own.size()));
            own.subList(end, own.size()).clear();
        }
        boolean json = own.removeIf(JSON::equals);
        for (String argument : own) {
            if (argument.startsWith("-")) {
                throw fail("unknown option " + argument
                        + "; JMH's own options come behind --, for example: bench Lease -- -f 2");
            }
        }
        Collection<RunResult> results = run(own, forJmh);
        if (results.isEmpty()) {
            return; // only listed
        }
        if (json) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, System.out).writeOut(results);
        } else {
            print(results, System.out);
        }
    }

    private static Collection<RunResult> run(List<String> patterns, List<String> forJmh)
            throws RunnerException, IOException {
        try {
            CommandLineOptions given = new CommandLineOptions(forJmh.toArray(String[]::new));
            OptionsBuilder options = new OptionsBuilder();
            options.parent(given);
            options.addProfiler(GCProfiler.class).shouldFailOnError(true);
            patterns.forEach(options::include);
            if (given.shouldList()) {
                new Runner(options.build()).list();
                return List.of();
            }
            String log = System.getProperty(LOG_PROPERTY, "");
            if (!log.isEmpty()) {
                // It is appended to by nobody else, and what an earlier run said would only confuse.
                Files.deleteIfExists(Path.of(log));
                options.output(log);
            }
            return new Runner(options.build()).run();
        } catch (NoBenchmarksException e) {
            throw fail("no benchmark matches " + String.join(" or ", patterns)
                    + "; without a pattern all run, and 'bench -- -l' lists them");
        } catch (CommandLineOptionException e) {
            throw fail("JMH does not understand " + String.join(" ", forJmh) + ": " + e.getMessage());
        }
    }

    private static void print(Collection<RunResult> results, PrintStream out) {
        List<BenchLine> lines = results.stream().map(BenchLine::of).toList();
        int width = lines.stream().mapToInt(line -> line.name().length()).max().orElse(0);
        String format = "%-" + Math.max(width, BenchLine.TITLE.length()) + "s  %9s  %17s  %7s%n";
        out.printf(format, BenchLine.TITLE, "ns/op", "least – most", "B/op");
        for (BenchLine line : lines) {
            out.printf(format, line.name(), line.nanos(), line.spread(), line.bytes());
        }
    }

    private static IllegalStateException fail(String why) {
        System.err.println("tidewait: " + why);
        System.exit(1);
        return new IllegalStateException(why);
    }
}
