package dev.tidewait.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code tidewait reap}: its command line, and a run of it. */
@Timeout(120)
class ReapCommandTest {
    @Test
    void shouldExplainItself() {
        CommandRun run = CommandRun.of("reap", "--help");

        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(run.out())
                .contains("--time-wait", "--keep-below", "--floor", "--destination", "--source", "--dry-run", "--rate")
                .contains("tidewait reap --dry-run --once", "45%", "15s", "Exit codes:", "FIN_WAIT2");
    }

    @Test
    void shouldSayWhatIsWrongWithAValue() {
        assertWrong("15", "--time-wait", "15", "unit is missing");
        assertWrong("--keep-below", "--keep-below", "45", "percentage such as 45%");
        assertWrong("--keep-below", "--keep-below", "0%", "kept below");
        assertWrong("--floor", "--floor", "2m", "the floor is 1 ms to 60 s");
        assertWrong("--destination", "--destination", "example.net", "203.0.113.0/24");
        assertWrong("--source", "--source", "10.0.0.1:80", "without a port");
        assertWrong("--ports", "--ports", "70000", "70000");
        assertWrong("--rate", "--rate", "0", "at least 1 a second");
        assertWrong("--seconds", "--seconds", "0", "at least 1");
    }

    private static void assertWrong(String name, String option, String value, String expected) {
        CommandRun run = CommandRun.of("reap", option, value);
        assertThat(run.exitCode()).as(name).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).as(name).contains(expected, "See 'tidewait reap --help'.");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void shouldRefuseATimeWaitBelowTheFloorAndSayWhatToDo() {
        CommandRun run = CommandRun.of("reap", "--time-wait", "5s");

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("5,000 ms lies below the floor of 15,000 ms", "lower the floor too");
    }

    @Test
    void shouldRefuseTwoGoals() {
        CommandRun run = CommandRun.of("reap", "--time-wait", "20s", "--keep-below", "40%");

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("mutually exclusive");
    }

    @Test
    void shouldPrintItsSummaryAsTextAndAsJson() throws Exception {
        InNamespace.run(() -> {
            leaveTimeWaits(12);

            CommandRun dry = CommandRun.of("reap", "--once", "--dry-run", "--time-wait", "10ms", "--floor", "10ms");
            assertThat(dry.exitCode()).as(dry.err()).isEqualTo(ExitCode.OK);
            assertThat(dry.err()).contains("dry run", "never below 10ms");
            assertThat(dry.out()).contains("would have destroyed 12 TIME_WAIT", "own CPU", "would go");

            CommandRun real =
                    CommandRun.of("reap", "--once", "--json", "--time-wait", "10ms", "--floor", "10ms", "--rate", "5");
            assertThat(real.exitCode()).as(real.err()).isEqualTo(ExitCode.OK);
            assertThat(real.out())
                    .contains("\"dryRun\" : false", "\"destroyed\" : 5", "\"portCount\" : ", "\"spared\" : {");

            CommandRun rest = CommandRun.of("reap", "--once", "--json", "--time-wait", "10ms", "--floor", "10ms");
            assertThat(rest.out()).contains("\"destroyed\" : 7");
            return rest;
        });
    }

    @Test
    void shouldEndWithItsSummaryWhenToldTo() throws Exception {
        InNamespace.run(() -> {
            for (String signal : List.of("TERM", "INT")) {
                Process process = start("--json");
                try (BufferedReader err = reader(process.getErrorStream());
                        BufferedReader out = reader(process.getInputStream())) {
                    String line = err.readLine();
                    assertThat(line)
                            .startsWith("tidewait reap: keeps each source and destination below 45 % of the ports")
                            .contains("never below 15s", "28,232 outgoing ports: 32768-60999");
                    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                            .start()
                            .waitFor();
                    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
                    assertThat(process.exitValue()).isEqualTo(ExitCode.OK);
                    assertThat(String.join("\n", out.lines().toList())).contains("\"destroyed\" : 0", "\"cpuSeconds\"");
                } finally {
                    process.destroyForcibly();
                }
            }
            return "ended";
        });
    }

    @Test
    void shouldSayWhichRightIsMissing() throws Exception {
        InNamespace.run(() -> {
            Process process = new ProcessBuilder(withoutNetAdmin(command("--once"))).start();
            try (BufferedReader err = reader(process.getErrorStream())) {
                String text = String.join("\n", err.lines().toList());
                assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).as(text).isEqualTo(ExitCode.FAILED);
                assertThat(text).contains("CAP_NET_ADMIN", "sudo", "--dry-run");
            } finally {
                process.destroyForcibly();
            }
            return "refused";
        });
    }

    @Test
    void shouldPrintItsSummaryAlsoWhenTheKernelRefusesInTheMiddle() throws Exception {
        InNamespace.run(() -> {
            leaveTimeWaits(6);
            leaveTimeWaits(6); // so the first ones are old enough by the longest timer seen
            ServerHost.ip("link set lo down"); // so nothing can be tried before the first pass
            List<String> command = new ArrayList<>(List.of("unshare", "--user", "--map-root-user"));
            command.addAll(command("--once", "--time-wait", "20ms", "--floor", "20ms"));
            // There it has CAP_NET_ADMIN, but not in this network namespace.
            Process process = new ProcessBuilder(command).start();
            try (BufferedReader err = reader(process.getErrorStream());
                    BufferedReader out = reader(process.getInputStream())) {
                String text = String.join("\n", err.lines().toList());
                assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).as(text).isEqualTo(ExitCode.FAILED);
                assertThat(text).contains("shows with the first one", "tidewait reap: destroying", "CAP_NET_ADMIN");
                assertThat(out.readLine()).startsWith("destroyed 0 TIME_WAIT sockets in 1 pass over ");
            } finally {
                process.destroyForcibly();
            }
            return "refused";
        });
    }

    private static List<String> withoutNetAdmin(List<String> command) {
        List<String> whole = new ArrayList<>(List.of("setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin"));
        whole.addAll(command);
        return whole;
    }

    private static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                TidewaitMain.class.getName(),
                "reap"));
        command.addAll(List.of(arguments));
        return command;
    }

    private static Process start(String... arguments) throws IOException {
        return new ProcessBuilder(command(arguments)).start();
    }

    private static BufferedReader reader(java.io.InputStream stream) {
        return new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
    }

    /** Connections that this end closes first; the listener's port lies outside the automatic ones. */
    private static void leaveTimeWaits(int count) throws IOException, InterruptedException {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        try (ServerSocket listener = new ServerSocket(8_000, 100, loopback)) {
            for (int i = 0; i < count; i++) {
                try (Socket client = new Socket(loopback, 8_000);
                        Socket accepted = listener.accept()) {
                    client.shutdownOutput();
                    assertThat(accepted.getInputStream().read()).isEqualTo(-1);
                }
            }
        }
        long end = System.nanoTime() + 60_000_000; // all are older than 10 ms and two ticks
        while (System.nanoTime() < end) {
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
    }
}
