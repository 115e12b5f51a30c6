package dev.tidewait.lab.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewait.lab.LabException;
import dev.tidewait.lab.OutcomeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RaceResultsTest {
    private static final String RUN = "haproxy 2.6.12, 6 s after 6 s, 120 s once";
    private static final Round FIRST = Rounds.of(
            "a-client/tidewait",
            1,
            Map.of(Figure.PER_SECOND, 24_310.5, Figure.MACHINE_MICROS, 82.25, Figure.P999_MICROS, 9_000.0));
    private static final Round SECOND = Rounds.failing("a120/nginx", 331);

    @TempDir
    private Path folder;

    @Test
    void shouldFindTheMedianOfAnyNumberOfRounds() {
        assertThat(Spread.of(List.of(3.0, 1.0, 2.0))).isEqualTo(new Spread(1, 2, 3));
        assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(new Spread(1, 2.5, 4));
        assertThat(Spread.of(List.of(7.0))).isEqualTo(new Spread(7, 7, 7));
    }

    @Test
    void shouldKeepRoundsAsTheyAreMeasured() throws IOException {
        Path file = folder.resolve("race.jsonl");
        OutcomeFile<Round> state = OutcomeFile.open(file, RUN, RoundJson::line, RoundJson::read);
        state.add(FIRST);
        Files.writeString(file, "{\"cell\":\"a-cl", StandardOpenOption.APPEND); // killed while it wrote

        OutcomeFile.open(file, RUN, RoundJson::line, RoundJson::read).add(SECOND);

        assertThat(OutcomeFile.open(file, RUN, RoundJson::line, RoundJson::read).known())
                .containsExactly(FIRST, SECOND);
        assertThatThrownBy(() -> OutcomeFile.open(file, "other", RoundJson::line, RoundJson::read))
                .isInstanceOf(LabException.class)
                .hasMessageContaining("is of another run (" + RUN + "), not of other");
    }

    @Test
    void shouldReadEveryCellByItsName() {
        assertThat(RaceCell.all())
                .isNotEmpty()
                .allSatisfy(cell -> assertThat(RaceCell.named(cell.name())).isEqualTo(cell));
        assertThat(RaceCell.all())
                .filteredOn(RaceCell::isUsual)
                .extracting(RaceCell::name)
                .contains("a-client/nginx-run", "b/haproxy-explicit", "c-cooling/tidewait", "d-kept/tidewait")
                .doesNotContain("e/tidewait", "a120/tidewait", "a-client/haproxy", "b2/tidewait");
    }

    @Test
    void shouldTellHowLongTheRestWillTake() {
        List<RaceCell> cells =
                List.of(RaceCell.named("a-client/tidewait"), RaceCell.named("a-client/haproxy-explicit"));
        RacePlan plan = new RacePlan(3, Duration.ofSeconds(6), Duration.ofSeconds(6), Duration.ofSeconds(120));
        RaceProgress progress = new RaceProgress(cells, plan);
        assertThat(progress.leftMillis()).isEqualTo(6 * 15_000);

        progress.add(new Round(cells.getFirst(), 1, 1, 0, "{}", Map.of(), 20_000));

        assertThat(progress.leftMillis()).isEqualTo(5 * 20_000);
        assertThat(progress.line()).isEqualTo("1 of 6 rounds, 2 min left");
    }
}
