package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    void shouldCountRequestsOnKeptConnections() {
        StringWriter out = new StringWriter();

        int exitCode = execute(out, "direct", "--seconds", "1", "--keep-alive", "100", "--processes", "1");

        assertThat(out.toString())
                .contains(" requests, ")
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "direct --rate 0               | --rate takes 1 to 100,000, not 0",
                "direct --keep-alive 9 --rate 9 | --keep-alive needs a closed loop",
                "sustain --keep-alive 9 --rate 9 | --keep-alive is a closed loop",
                "sustain --http --buckets 8000 | --buckets counts what the TCP listener leaves",
                "sustain --server-close never | server, graceful, reset",
                "crowd --idle 9000             | --idle takes 1 to 8,000, not 9,000",
                "reload --reloads 1            | --reloads takes 2 to 900, not 1",
                "reload --reloads 50 --seconds 4 | at most 10 a second",
                "churn --long 0                | --long takes 1 to 4,000, not 0",
                "churn --ports 500             | --ports takes 1,100 to 44,000, not 500",
                "churn --weather rain          | expected one of",
                "campus --seconds 5            | --seconds takes 20 to 3,000, not 5",
                "late --incarnations 5         | --incarnations takes 20 to 2,000, not 5",
                "late --cells nothing          | no cell matches nothing",
                "late --cells run/*            | those of the method run are there with --under run",
                "late --under walk             | expected one of",
                "race --rounds 0               | --rounds takes 1 to 50, not 0",
                "race --work z                 | there is no work z, only [a, a120, b, b2,",
                "race --cell nothing           | no cell matches nothing; a name is a-client/tidewait",
                "race --cell e/* --work e      | --cell names both parts of a cell; leave --work out",
                "peers --ports 6               | --ports takes 500 to 28,000, not 6",
                "peers --cell nothing          | no cell matches nothing; a name is nginx-stream/as-shipped/timestamps/full",
                "peers --rate 9                | --rate goes with --stranger",
                "peers --stranger --long       | leave --ports, --state, --long out",
                "peers --stranger --cell no    | the names are nginx-http, haproxy, squid, python, kill, not no",
                "table --ports 6               | --ports takes 100 to 62,976, not 6",
                "table --lengths 2,2           | --lengths names a length twice",
                "table --ports 300 --elastic 400 | --elastic takes 1 to 270, not 400",
                "sustain --seconds 0           | --seconds takes 2 to 3,000, not 0",
                "sustain --close client=0      | a weight takes 1 to 1,000, not 0",
                "sustain --close nobody        | --close takes client, server or reset",
                "sustain --fixed 3 --floor sequence=1 | leave --floor out",
                "sustain --floor refused=1     | --floor takes timestamps, sequence or unknown, not refused",
                "sustain --floor sequence=20   | timeWait unknown must be 20000 ms",
                "sustain --ports 50000         | --ports takes 1 to 44,000, not 50,000",
                "sustain --rate 9 --in-flight 9 | take one of the two"
            })
    void shouldSayWhatIsWrongWithAValue(String command, String message) {
        StringWriter out = new StringWriter();

        assertThat(execute(out, command.split(" "))).isEqualTo(2);
        assertThat(out.toString()).contains(message).contains("Usage: tidewait lab " + command.split(" ")[0]);
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
