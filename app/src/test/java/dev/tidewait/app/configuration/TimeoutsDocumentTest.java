package dev.tidewait.app.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.app.binding.Setting;
import dev.tidewait.app.binding.SettingDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/timeouts.md has every time-out, as the configuration has it, and none is without an end. */
final class TimeoutsDocumentTest {
    private static final String SECTION = "timeouts.";
    private static final int CELLS = 6;

    @Test
    void shouldHaveARowForEveryTimeOutWithItsDefaultAndRange() throws IOException {
        List<List<String>> rows = rows();
        List<SettingDescription> timeouts = ConfigurationGuide.find("timeouts").stream()
                .filter(one -> one.path().startsWith(SECTION))
                .toList();
        assertThat(timeouts).hasSizeGreaterThanOrEqualTo(10);
        for (SettingDescription timeout : timeouts) {
            Setting setting = timeout.setting();
            String least = setting.min().isEmpty() ? "0s" : setting.min();
            assertThat(rows)
                    .filteredOn(row -> row.getFirst().equals("`" + timeout.path() + "`"))
                    .as("the row of %s in docs/timeouts.md", timeout.path())
                    .singleElement()
                    .satisfies(row -> assertThat(row.subList(1, 3))
                            .containsExactly(setting.whenAbsent(), least + " to " + setting.max()));
        }
    }

    @Test
    void shouldHaveNoRowForWhatIsNotThereAndNoEmptyCell() throws IOException {
        List<String> known = ConfigurationGuide.find("timeouts").stream()
                .map(one -> "`" + one.path() + "`")
                .toList();
        for (List<String> row : rows()) {
            assertThat(row).as("cells of %s", row).hasSize(CELLS);
            assertThat(row.subList(3, CELLS)).as("what is said in %s", row).noneMatch(String::isBlank);
            String key = row.getFirst();
            assertThat(key.isEmpty() || key.equals("fixed") || known.contains(key))
                    .as("a key of the configuration: %s", key)
                    .isTrue();
        }
    }

    @Test
    void shouldBoundEveryDurationOfTheConfiguration() {
        List<SettingDescription> durations = SettingDescription.all(Configuration.class, ValueTypes.ALL).stream()
                .filter(one -> one.kind().startsWith("a duration"))
                .toList();
        assertThat(durations).hasSizeGreaterThan(20);
        assertThat(durations)
                .allSatisfy(one -> assertThat(one.setting().max())
                        .as("the largest %s", one.path())
                        .isNotEmpty());
    }

    /** The table's rows, cell by cell. */
    private static List<List<String>> rows() throws IOException {
        return Files.readAllLines(Path.of("../docs/timeouts.md")).stream()
                .filter(line -> line.startsWith("| "))
                .filter(line -> !line.startsWith("| key "))
                .map(line -> Stream.of(line.substring(1, line.length() - 1).split("\\|", -1))
                        .map(String::strip)
                        .toList())
                .toList();
    }
}
