package dev.tidewait.lab.study;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lab study}: how fast captures are studied, and in how much memory. */
@Command(
        name = "study",
        description =
                "How fast captures are studied on one core, and in how much memory: generated captures of three kinds, whose truth is known.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  ./tidewait lab study                  10 GB of each kind",
            "  ./tidewait lab study --gigabytes 1 --rate 100"
        })
public final class StudySpeedCommand implements Callable<Integer> {
    private static final long GIGABYTE = 1_000_000_000;
    private static final double MEGABYTE = 1e6;
    private static final int ROWS = 1_000_000;
    /** Connections that are remembered for as long as they are watched must fit into the rows. */
    private static final int WATCH_SECONDS = 240;

    private static final int[] ANSWER_BYTES = {0, 1_448, 100_000};
    private static final double WANTED_MEGABYTES_PER_SECOND = 200;

    @Option(
            names = "--gigabytes",
            defaultValue = "10",
            description = "Of each kind, 1 to 1,000; default ${DEFAULT-VALUE}. Example: --gigabytes 1")
    private int gigabytes;

    @Option(
            names = "--rate",
            defaultValue = "4000",
            description =
                    "Connections a second in the capture, 1 to 4,100; default ${DEFAULT-VALUE}. Example: --rate 100")
    private int rate;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (gigabytes < 1 || gigabytes > 1_000 || rate < 1 || rate > ROWS / WATCH_SECONDS - 60) {
            throw new ParameterException(spec.commandLine(), "--gigabytes is 1 to 1,000, --rate is 1 to 4,100.");
        }
        PrintWriter out = spec.commandLine().getOut();
        out.printf("%14s %12s %13s %15s %12s%n", "answer bytes", "MB/s", "Mpackets/s", "allocated (MB)", "counts");
        boolean good = true;
        for (int answerBytes : ANSWER_BYTES) {
            GeneratedStudy study = GeneratedStudy.run(gigabytes * GIGABYTE, rate, answerBytes, ROWS);
            out.printf(
                    Locale.ROOT,
                    "%,14d %,12.0f %13.2f %,15.0f %12s%n",
                    answerBytes,
                    study.megabytesPerSecond(),
                    study.report().frames().total() / MEGABYTE / study.seconds(),
                    study.allocatedBytes() / MEGABYTE,
                    study.isTrue() ? "true" : "WRONG");
            out.flush();
            good &= study.isTrue() && study.megabytesPerSecond() >= WANTED_MEGABYTES_PER_SECOND;
        }
        return good ? 0 : 1;
    }
}
