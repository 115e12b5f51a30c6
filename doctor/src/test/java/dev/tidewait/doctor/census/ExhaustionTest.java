package dev.tidewait.doctor.census;

import static dev.tidewait.doctor.census.CensusBed.CLIENT_CLOSES;
import static dev.tidewait.doctor.census.CensusBed.IPV4;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The forecast against the real moment at which a program's connect() fails. */
class ExhaustionTest {
    private static final double TOLERANCE = 0.2;
    /** Between a look and the moment that the test notes for it, and between the last port and the first connect() that fails, on a busy machine. */
    private static final double EXACT_SECONDS = 0.75;

    /** Nearer to the end than this there is nothing left to foretell. */
    private static final double LAST_SECONDS = 2;

    /** The kernel frees TIME_WAIT in batches (2 s apart at HZ=250); a forecast is early by up to that, on average half. */
    private static final double BATCH_SECONDS = 1;

    private static final long LOOK_NANOS = 500_000_000;
    /** How late a connect of the load may begin; later, and it was another load than the one that is named. */
    private static final int MOST_BEHIND_MILLIS = 1_000;

    /** A forecast by two looks half a second apart takes a program that stood still in between for one that has become slower. */
    private static final double SEEN_SECONDS = 0.6;

    /** A forecast for which the looker itself took so long is of an uncertain moment. */
    private static final double MOST_LOOKING_SECONDS = 0.25;

    private static final int LEAST_FORECASTS = 5;

    /** The load is run again if it fell behind, or if a busy machine left fewer forecasts than that. */
    private static final int MOST_RUNS = 3;

    private static final Pattern FIGURE = Pattern.compile("(\\w+)=(\\d+)");
    private static final Pattern TENTH = Pattern.compile("\\d+(?=[,\\]])");
    private static final boolean WHOLE = Boolean.getBoolean("tidewait.long");

    private CensusBed bed = CensusBed.join();
    private final List<Process> programs = new ArrayList<>();

    @AfterEach
    void close() {
        programs.forEach(Process::destroyForcibly);
        programs.clear();
        bed.close();
    }

    /** With {@code -Dtidewait.long=true} over the 28,232 ports of Linux' own range, 47 s; else over 6,000, 10 s. */
    @Test
    void shouldForetellAConstantRate() {
        foretell("600/s", 32_768, WHOLE ? 60_999 : 38_767, EXACT_SECONDS, 600, 0);
    }

    /** Up to 600/s, in 55 or in 11 s. */
    @Test
    void shouldForetellARamp() {
        if (WHOLE) {
            foretell("50/s, 10/s more each second", 40_000, 57_875, EXACT_SECONDS, 50, 10);
        } else {
            foretell("50/s, 50/s more each second", 40_000, 43_575, EXACT_SECONDS, 50, 50);
        }
    }

    /**
     * The first TIME_WAIT sockets leave long before the last port is taken: 80 s, so only with {@code -Dtidewait.long=true}; else the ramp ends in 20 s:
     * at half of it nine full seconds tell the slope, and five, of 20 to 26 events each, do not if one of them is late.
     */
    @Test
    void shouldForetellARampWhileTimeWaitLeaves() {
        foretell(
                "20/s, 1/s more each second",
                40_000,
                WHOLE ? 44_499 : 40_599,
                WHOLE ? BATCH_SECONDS : EXACT_SECONDS,
                20,
                1);
    }

    /**
     * @param lowest first port of the range
     * @param highest last port of the range
     * @param nearSeconds an error below this is none
     * @param perSecond connections at first
     * @param slope how many more each second
     */
    private void foretell(String load, int lowest, int highest, double nearSeconds, double perSecond, double slope) {
        for (int run = 1; ; run++) {
            bed.client.sysctl("net.ipv4.ip_local_port_range", lowest + " " + highest);
            Outcome outcome = run(perSecond, slope);
            List<Prediction> counted = outcome.counted();
            if (outcome.behindMillis() < MOST_BEHIND_MILLIS && counted.size() >= LEAST_FORECASTS) {
                compare(load, outcome, counted, nearSeconds);
                return;
            }
            assertThat(run)
                    .as("too late, or too few forecasts (%s), in each run; the last: %s", counted.size(), outcome.end)
                    .isLessThan(MOST_RUNS);
            close();
            bed = CensusBed.join();
        }
    }

    private Outcome run(double perSecond, double slope) {
        Process program = start(perSecond, slope);
        programs.add(program);
        BufferedReader output = program.inputReader();
        long begin = figure(line(output), "begin");
        List<Prediction> predictions = new ArrayList<>();
        CompletableFuture<String> end = CompletableFuture.supplyAsync(() -> line(output));
        Census doctor = firstLook();
        long next = begin + LOOK_NANOS;
        while (!end.isDone()) {
            if (System.nanoTime() >= next) {
                Census second = doctor;
                predictions.add(prediction("watching", begin, () -> {
                    bed.look();
                    return bed.report();
                }));
                predictions.add(prediction("two looks", begin, () -> secondLook(second)));
                doctor = firstLook();
                next += LOOK_NANOS;
            }
            LockSupport.parkNanos(1_000_000);
        }
        secondLook(doctor);
        return new Outcome(begin, end.join(), predictions);
    }

    private static void compare(String load, Outcome outcome, List<Prediction> counted, double nearSeconds) {
        double real = outcome.realSeconds();
        double worst = 0;
        for (Prediction prediction : counted) {
            double left = real - prediction.atSeconds;
            double error = Math.abs(prediction.seconds - left);
            worst = Math.max(worst, error / left);
            assertThat(error)
                    .as("%s: real moment %.2f s, %s, %s", load, real, prediction, outcome.end)
                    .isLessThanOrEqualTo(Math.max(TOLERANCE * left, nearSeconds));
        }
        System.out.printf(
                Locale.ROOT,
                "%s: real moment %.2f s, load late by %d ms at most; %d forecasts from half of the time on, largest error %.1f %% of the time left%n",
                load,
                real,
                outcome.behindMillis(),
                counted.size(),
                100 * worst);
    }

    private Census firstLook() {
        return bed.client.call(() -> {
            Census census = Census.open(OwnPorts.NONE);
            census.look(System::nanoTime);
            return census;
        });
    }

    /** As somebody sees it who asks once. */
    private CensusReport secondLook(Census census) {
        return bed.client.call(() -> {
            try (census) {
                census.look(System::nanoTime);
                return census.report(0);
            }
        });
    }

    private static Prediction prediction(String who, long begin, Supplier<CensusReport> look) {
        double before = (System.nanoTime() - begin) / 1e9;
        CensusReport report = look.get();
        double after = (System.nanoTime() - begin) / 1e9;
        double seconds = CensusBed.find(report, IPV4, CLIENT_CLOSES)
                .map(use -> use.secondsToExhaustion().orElse(Double.POSITIVE_INFINITY))
                .orElse(Double.POSITIVE_INFINITY);
        return new Prediction(who, (before + after) / 2, after - before, seconds);
    }

    /** As a program that others have to give way to. */
    private Process start(double perSecond, double slope) {
        List<String> command = List.of(
                "sh",
                "-c",
                // Real-time scheduling where it may be used, which not every container allows.
                "chrt -f 10 true 2>/dev/null && exec chrt -f 10 \"$@\"; exec nice -n -15 \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ScheduledConnects.class.getName(),
                IPV4.getHostAddress(),
                Integer.toString(CLIENT_CLOSES),
                Double.toString(perSecond),
                Double.toString(slope));
        return bed.client.call(() -> new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** The next line that the program prints. */
    private static String line(BufferedReader output) {
        try {
            return Objects.requireNonNull(output.readLine(), "it prints when it begins and when it fails");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long figure(String line, String name) {
        return FIGURE.matcher(line)
                .results()
                .filter(found -> found.group(1).equals(name))
                .mapToLong(found -> Long.parseLong(found.group(2)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + line));
    }

    /** Whether the load was late when the looks were taken. */
    private static boolean stoodStill(String line, double atSeconds) {
        return TENTH.matcher(line)
                .results()
                .mapToDouble(found -> Long.parseLong(found.group()) / 10.0)
                .anyMatch(tenth -> tenth > atSeconds - SEEN_SECONDS && tenth < atSeconds);
    }

    /** @param lookedSeconds what the look took */
    private record Prediction(String who, double atSeconds, double lookedSeconds, double seconds) {}

    /** @param end what the load printed at last */
    private record Outcome(long begin, String end, List<Prediction> predictions) {
        double realSeconds() {
            return (figure(end, "failed") - begin) / 1e9;
        }

        long behindMillis() {
            return figure(end, "behindMillis");
        }

        /** From half of the time on, those of which neither the load nor the looker stood still. */
        List<Prediction> counted() {
            double real = realSeconds();
            return predictions.stream()
                    .filter(one -> one.atSeconds >= real / 2 && one.atSeconds < real - LAST_SECONDS)
                    .filter(one -> one.lookedSeconds <= MOST_LOOKING_SECONDS)
                    .filter(one -> !stoodStill(end, one.atSeconds))
                    .toList();
        }
    }
}
