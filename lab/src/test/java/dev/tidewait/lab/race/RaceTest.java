package dev.tidewait.lab.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.lab.LabMain;
import dev.tidewait.lab.NeedsRoot;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code lab race} in small: a second of a round each, no warm-up. What is fast is for quiet machines and for the long form. */
@NeedsRoot
@Timeout(120)
class RaceTest {
    private static final RacePlan SMALL = new RacePlan(1, Duration.ofSeconds(1), Duration.ZERO, Duration.ofSeconds(2));

    @TempDir
    private Path folder;

    @Test
    void shouldMeasureInTurnsAndGoOnWhereItStopped() throws IOException {
        Path state = folder.resolve("race.jsonl");
        Path chart = folder.resolve("race.svg");
        String[] command = {
            "race",
            "--cell",
            "a-client/tidewait,a-client/haproxy-explicit",
            "--rounds",
            "1",
            "--seconds",
            "1",
            "--warm-up",
            "0",
            "--state",
            state.toString(),
            "--svg",
            chart.toString()
        };

        String first = execute(command);
        List<String> measured = Files.readAllLines(state);
        String second = execute(command);

        assertThat(measured).hasSize(3);
        for (Round round : measured.subList(1, 3).stream().map(RoundJson::read).toList()) {
            assertThat(round.failed()).as(round.causes()).isZero();
            assertThat(round.done()).isGreaterThan(100);
            assertThat(round.figures()).containsKeys(Figure.P50_MICROS, Figure.P99_MICROS, Figure.P999_MICROS);
            assertThat(round.figure(Figure.PER_SECOND).orElseThrow()).isGreaterThan(100);
            // Two programs, clients and server cannot need more than all CPUs have, nor less than the contestant
            // itself.
            assertThat(round.figure(Figure.MACHINE_MICROS).orElseThrow()
                            * round.figure(Figure.PER_SECOND).orElseThrow())
                    .isBetween(
                            round.figure(Figure.USER_MICROS).orElseThrow()
                                    * round.figure(Figure.PER_SECOND).orElseThrow(),
                            1.1e6 * Runtime.getRuntime().availableProcessors());
            assertThat(round.figure(Figure.SWITCHES).orElseThrow()).isPositive();
            assertThat(round.figure(Figure.RESIDENT_MIB).orElseThrow()).isGreaterThan(1);
        }
        assertThat(first)
                .contains("a-client/haproxy-explicit    round 1")
                .contains("2 of 2 rounds, 0 s left")
                .contains(
                        "a-client, new connections a second, the client closes first, against HAProxy, explicit ports")
                .contains("the machine's CPU time for each");
        assertThat(second).contains("against HAProxy, explicit ports").doesNotContain("round 1");
        assertThat(Files.readAllLines(state)).isEqualTo(measured);
        assertThat(chart).content().contains("Tidewait").endsWith("</svg>\n");
    }

    @ParameterizedTest
    @CsvSource({
        "e/haproxy-explicit", // whose server gives the answer to CONNECT
        "d-kept/tidewait",
        "f-100/haproxy-explicit",
        "h/tidewait"
    })
    void shouldMeasureWorkOfEveryKind(String cell) {
        Round round = round(cell);

        assertThat(round.failed()).as(round.causes()).isZero();
        assertThat(round.done()).isGreaterThan(50);
        assertThat(round.figures()).containsKeys(Figure.PER_SECOND, Figure.MACHINE_MICROS, Figure.RESIDENT_MIB);
    }

    @Test
    void shouldMeasureConnectsWhenNoPortIsLeftThatWasNotUsed() {
        Round round = round("c-cooling/haproxy-explicit");

        assertThat(round.failed()).as(round.causes()).isZero();
        assertThat(round.done()).isEqualTo(1_000);
    }

    @Test
    void shouldMeasureAStart() {
        Round round = round("i/tidewait");

        assertThat(round.figure(Figure.START_MILLIS).orElseThrow()).isBetween(50.0, 30_000.0);
        assertThat(round.figure(Figure.RESIDENT_MIB).orElseThrow()).isBetween(20.0, 2_000.0);
    }

    private static Round round(String cell) {
        return new RoundRun(RaceCell.named(cell), SMALL, new RaceResults()).run(1);
    }

    private static String execute(String... arguments) {
        StringWriter out = new StringWriter();
        CommandLine commandLine = LabMain.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(out, true));
        assertThat(commandLine.execute(arguments)).as(out::toString).isBetween(0, 1);
        return out.toString();
    }
}
