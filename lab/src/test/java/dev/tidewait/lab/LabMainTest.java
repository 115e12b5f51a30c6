package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

@NeedsRoot
class LabMainTest {
    @Test
    void shouldRunDirectAndGiveAVerdict() {
        StringWriter out = new StringWriter();

        int exitCode = execute(out, "direct", "--seconds", "1", "--rate", "300", "--close", "server", "--ipv6");

        assertThat(out.toString())
                .contains("300 connections")
                .contains("observer: ")
                .contains("VERDICT ok");
        assertThat(exitCode).isZero();
    }

    @Test
    void shouldFailOnWrongUsage() {
        StringWriter out = new StringWriter();

        assertThat(execute(out, "direct", "--in-flight", "3", "--rate", "300")).isEqualTo(2);
        assertThat(execute(out, "direct", "--close", "nobody")).isEqualTo(2);
        assertThat(execute(out)).isEqualTo(2);
    }

    @Test
    void shouldLeaveNoProgramBehindWhenKilled() throws Exception {
        Process lab = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LabMain.class.getName(),
                        "direct",
                        "--seconds",
                        "60",
                        "--rate",
                        "100",
                        "--processes",
                        "1")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader lines = lab.inputReader()) {
            String line = lines.readLine();
            assertThat(line).contains("1 s");
            List<ProcessHandle> programs = lab.descendants().toList();
            assertThat(programs).hasSize(6); // load, origin and tap, each on its leash

            lab.destroyForcibly();

            Eventually.holds(
                    "every program is gone",
                    Duration.ofSeconds(5),
                    () -> programs.stream().noneMatch(ProcessHandle::isAlive));
        } finally {
            lab.destroyForcibly();
        }
    }

    private static int execute(StringWriter out, String... arguments) {
        CommandLine commandLine = LabMain.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(out, true));
        return commandLine.execute(arguments);
    }
}
