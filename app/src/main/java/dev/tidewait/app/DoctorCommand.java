package dev.tidewait.app;

import dev.tidewait.app.doctor.Diagnosis;
import dev.tidewait.app.doctor.DoctorJson;
import dev.tidewait.app.doctor.DoctorText;
import dev.tidewait.app.doctor.Style;
import dev.tidewait.linux.LinuxException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tidewait doctor}: what limits new connections on this host. Used by the main thread; a signal comes on a thread of its own. */
@Command(
        name = "doctor",
        description = {
            "Says what limits new outgoing connections on this host (in this network namespace), who uses the ports up and when none is"
                    + " left, and what to do, with the exact commands. Works beside any program, needs no root, and changes nothing.",
            "",
            "Of destinations that a Tidewait program serves it asks that program's ledger, by its admin endpoint, which it finds by itself.",
            "",
            "A row of the table is a source and a destination. headroom: ports that connect() could take now. runs out: when none is left,"
                    + " if things go on as they do. first: which end closes first, and so holds TIME_WAIT."
        },
        footer = {
            "",
            "Examples:",
            "  tidewait doctor",
            "  tidewait doctor --watch                  again every 2 s, until Ctrl-C",
            "  tidewait doctor --json | jq '.findings[] | select(.severity == \"trouble\")'",
            "  tidewait explain timestamps              more about a finding, by the name in brackets"
        },
        exitCodeOnInvalidInput = ExitCode.DOCTOR_USAGE,
        exitCodeOnExecutionException = ExitCode.DOCTOR_FAILED,
        exitCodeList = {
            ExitCode.OK + ":fine, or nothing worse than a note",
            ExitCode.WARNINGS + ":warnings",
            ExitCode.TROUBLE + ":trouble: connections fail now, or will within a minute",
            ExitCode.DOCTOR_USAGE + ":wrong command line; nothing was done",
            ExitCode.DOCTOR_FAILED + ":the kernel cannot be asked; stderr says why",
            ExitCode.LAUNCHER
        })
final class DoctorCommand implements Callable<Integer> {
    /** Long enough for a rate, short enough for an answer within a second. */
    private static final long FIRST_LOOKS_MILLIS = 250;

    private static final long WATCH_MILLIS = 2_000;
    private static final int OWNERS_OF_DESTINATIONS = 20;
    private static final int OWNERS_OF_ALL = 1_000;
    /** Clear the screen and go to its first line (ECMA-48). */
    private static final String CLEAR = "\u001b[2J\u001b[H";

    @Option(names = "--watch", description = "Looks again every 2 s, until SIGTERM or Ctrl-C.")
    private boolean watch;

    @Option(names = "--json", description = "Prints JSON; with --watch a line for each look.")
    private boolean asJson;

    @Option(names = "--all", description = "Every destination, and what is in order too.")
    private boolean all;

    @Option(names = "--schema", description = "Prints the JSON schema of --json instead.")
    private boolean schema;

    /** For the self-test, which must not call on the other programs of the host. */
    @Option(names = "--ask-port", paramLabel = "PORT", hidden = true, description = "Asks only the endpoint there.")
    private int askedPort;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (schema) {
            out().print(DoctorJson.schema());
            out().flush();
            return ExitCode.OK;
        }
        CountDownLatch stopped = new CountDownLatch(1);
        if (watch) {
            Signals.onStop(stopped::countDown);
        }
        try (DoctorLooks looks = DoctorLooks.open(askedPort == 0 ? OptionalInt.empty() : OptionalInt.of(askedPort))) {
            looks.ask();
            looks.look();
            stopped.await(FIRST_LOOKS_MILLIS, TimeUnit.MILLISECONDS);
            Diagnosis diagnosis = looks.diagnose(ownersOf());
            print(diagnosis);
            // Until nobody reads any more, either.
            while (watch && !out().checkError() && !stopped.await(WATCH_MILLIS, TimeUnit.MILLISECONDS)) {
                looks.ask();
                diagnosis = looks.diagnose(ownersOf());
                print(diagnosis);
            }
            return switch (diagnosis.severity()) {
                case OK, NOTE -> ExitCode.OK;
                case WARNING -> ExitCode.WARNINGS;
                case TROUBLE -> ExitCode.TROUBLE;
            };
        } catch (LinuxException e) {
            spec.commandLine().getErr().println("tidewait doctor: " + e.getMessage());
            return ExitCode.DOCTOR_FAILED;
        }
    }

    private int ownersOf() {
        return all ? OWNERS_OF_ALL : OWNERS_OF_DESTINATIONS;
    }

    private void print(Diagnosis diagnosis) {
        PrintWriter out = out();
        if (asJson && watch) {
            out.println(new String(Json.bytes(json -> DoctorJson.write(json, diagnosis)), StandardCharsets.UTF_8));
        } else if (asJson) {
            out.print(Json.pretty(json -> DoctorJson.write(json, diagnosis)));
        } else {
            boolean terminal = Terminal.STDOUT.isThere();
            if (watch) {
                out.print(terminal ? CLEAR : "");
                out.println("tidewait doctor at "
                        + LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS) + ", again in "
                        + WATCH_MILLIS / 1_000 + " s");
            }
            boolean coloured = terminal && System.getenv("NO_COLOR") == null; // https://no-color.org
            DoctorText.lines(diagnosis, coloured ? Style.COLOURED : Style.PLAIN, all, Terminal.STDOUT.columns())
                    .forEach(out::println);
            if (watch) {
                out.println();
            }
        }
        out.flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
