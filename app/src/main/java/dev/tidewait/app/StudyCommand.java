package dev.tidewait.app;

import dev.tidewait.app.study.Progress;
import dev.tidewait.app.study.StudyFile;
import dev.tidewait.app.study.StudyHtml;
import dev.tidewait.app.study.StudyJson;
import dev.tidewait.app.study.StudyRun;
import dev.tidewait.app.study.StudyText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tidewait study}: how late segments came, and so how long TIME_WAIT was needed. Changes nothing; only {@code --live} needs rights. Used by the main thread only. */
@Command(
        name = "study",
        description = {
            "How long was TIME_WAIT needed? Reads packet captures and tells how connections closed, how late segments still came after"
                    + " both ends had closed, and when four-tuples were used again.",
            "",
            "With --live: the same from the traffic of a network device of this host, as the kernel sees it (Linux 6.6, root).",
            "",
            "Captures: pcap and pcapng, also compressed by gzip. Several that follow each other (rotated files) are one; those that do not are"
                    + " studied each by itself, and the counts are added. Studies written by --json may be given as well and are added."
        },
        footer = {
            "",
            "Examples:",
            "  tcpdump -i eth0 -s 96 -w day.pcap tcp",
            "                                  makes a capture; the headers are enough",
            "  tidewait study day.pcap         the table",
            "  tidewait study --html report.html day.pcap*",
            "  tidewait study --json day.pcap > monday.json",
            "                                  counts only: no addresses, no names, no times of day",
            "  tidewait study monday.json tuesday.json",
            "  tidewait study --live eth0      watches for five minutes, then prints the table; Ctrl-C prints it at once",
            "  tidewait study --live eth0 --json > host1.json",
            "",
            "More: docs/study.md"
        },
        exitCodeList = {
            ExitCode.OK + ":done; if something could be read only in part, stderr and the result say so",
            ExitCode.FAILED + ":no file could be read, or the report could not be written",
            ExitCode.USAGE + ":wrong command line; nothing was done",
            ExitCode.LAUNCHER
        })
final class StudyCommand implements Callable<Integer> {
    private static final String DEFAULT_CONNECTIONS = "1000000";
    /** Of index and rows, see the description of {@code --connections}. */
    private static final int CONNECTION_BYTES = 140;
    /** Whatever the memory: the index of a table doubles, and is an array. */
    private static final int MOST_CONNECTIONS = 100_000_000;

    private static final long MEGABYTE = 1_000_000;

    @Parameters(arity = "0..*", paramLabel = "FILE", description = "Captures, or studies as JSON; - is standard input.")
    private List<String> files = List.of();

    @Option(names = "--json", description = "Prints the study as JSON, which can be merged.")
    private boolean json;

    @Option(
            names = "--html",
            paramLabel = "REPORT",
            description =
                    "Also writes a report with charts: one HTML file that needs nothing else and holds no addresses.")
    private Optional<Path> html = Optional.empty();

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = DEFAULT_CONNECTIONS,
            description = "Four-tuples that are followed at once, 140 bytes each (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Mixin
    private LiveOptions live = new LiveOptions();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (live.isWanted()) {
            return new LiveStudy(live, spec.commandLine(), json).run(!files.isEmpty());
        }
        live.strayOption().ifPresent(name -> {
            throw new ParameterException(spec.commandLine(), name + " goes with --live");
        });
        if (files.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "name captures to read, or --live with a network device to watch");
        }
        checkConnections();
        List<StudyFile> named = files.stream().map(StudyFile::new).toList();
        PrintWriter err = spec.commandLine().getErr();
        Optional<PrintWriter> terminal = Terminal.STDERR.isThere() ? Optional.of(err) : Optional.empty();
        StudyRun.Outcome outcome =
                new StudyRun(connections, new Progress(terminal, named, System::nanoTime)).read(named);
        outcome.problems().forEach(problem -> err.println("tidewait study: " + problem));
        if (outcome.nothingRead()) {
            return ExitCode.FAILED;
        }
        if (html.isPresent() && !write(html.get(), StudyHtml.page(outcome.study()), err)) {
            return ExitCode.FAILED;
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.print(Json.pretty(generator -> StudyJson.write(generator, outcome.study())));
        } else {
            StudyText.lines(outcome.study()).forEach(out::println);
        }
        out.flush();
        return ExitCode.OK;
    }

    /** Half of the memory is for them, because the index exists twice while it grows, and the rest is needed too. */
    private void checkConnections() {
        long memory = Runtime.getRuntime().maxMemory();
        int most = Math.clamp(memory / 2 / CONNECTION_BYTES, Integer.parseInt(DEFAULT_CONNECTIONS), MOST_CONNECTIONS);
        if (connections < 1 || connections > most) {
            throw new ParameterException(
                    spec.commandLine(),
                    String.format(
                            Locale.ROOT,
                            "--connections is 1 to %,d here, not %,d: %d bytes each, and Java has %,d MB."
                                    + " JDK_JAVA_OPTIONS=-Xmx16g gives it more.",
                            most,
                            connections,
                            CONNECTION_BYTES,
                            memory / MEGABYTE));
        }
    }

    private static boolean write(Path report, String page, PrintWriter err) {
        try {
            Files.writeString(report, page);
            return true;
        } catch (IOException e) {
            err.println("tidewait study: the report " + report + " could not be written: " + e
                    + ". Name a file in a directory that is there and may be written to.");
            return false;
        }
    }
}
