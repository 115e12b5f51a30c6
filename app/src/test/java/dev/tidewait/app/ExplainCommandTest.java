package dev.tidewait.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.app.binding.SettingDescription;
import dev.tidewait.app.configuration.ConfigurationGuide;
import dev.tidewait.doctor.finding.Check;
import dev.tidewait.doctor.finding.Checks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code tidewait explain}. */
final class ExplainCommandTest {
    private static final Pattern FILE = Pattern.compile("docs/[\\w./-]+\\.(?:md|service)");

    @Test
    void shouldGiveEveryKeyAReasonAndASource() {
        assertThat(ConfigurationGuide.all()).hasSizeGreaterThan(80).allSatisfy(one -> {
            assertThat(one.setting().value()).as(one.path()).hasSizeGreaterThan(10);
            assertThat(one.setting().why())
                    .as(one.path())
                    .hasSizeGreaterThan(30)
                    .matches("(?s).*[.?]")
                    .isNotEqualTo(one.setting().value());
            assertThat(one.setting().source()).as(one.path()).hasSizeGreaterThan(5);
            assertThat(one.standard()).as(one.path()).isNotBlank();
        });
    }

    /** A plain number needs to say what it counts. */
    @Test
    void shouldGiveEveryNumberAUnit() {
        assertThat(ConfigurationGuide.all())
                .filteredOn(
                        one -> one.kind().contains("whole number") || one.kind().contains("duration"))
                .hasSizeGreaterThan(20)
                .allSatisfy(one -> assertThat(one.unit()).as(one.path()).isNotBlank());
    }

    @Test
    void shouldNameOnlyDocumentsThatThereAre() throws IOException {
        Path root = Path.of(".."); // a module's tests run in its directory
        for (SettingDescription one : ConfigurationGuide.all()) {
            Matcher file = FILE.matcher(one.setting().source());
            while (file.find()) {
                assertThat(root.resolve(file.group())).as(one.path()).isRegularFile();
                assertThat(Files.readString(root.resolve(file.group())).lines())
                        .as("%s: %s holds no more", one.path(), file.group())
                        .noneMatch(line -> line.startsWith("Replaced by"));
            }
            assertThat(FILE.matcher(one.setting().source()).replaceAll(""))
                    .as("%s: each document with its directory", one.path())
                    .doesNotContain(".md");
        }
    }

    @Test
    void shouldPrintAllOfAKey() {
        CommandRun run = CommandRun.of("explain", "timeWait.floor.timestamps");

        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(run.out().lines())
                .startsWith("timeWait.floor.timestamps")
                .contains("    unit: time: ms, s, m or h", "    at least: 2ms", "    at most: 1h", "    default: 1s")
                .anyMatch(line -> line.startsWith("    why: ") && line.contains("PAWS"))
                .anyMatch(line -> line.startsWith("    source: RFC 7323 sections 5 and 5.4"));
        assertThat(CommandRun.of("explain", "destinations.timeWait.ceiling").out())
                .contains("default: what 'timeWait' says; if that says nothing, 60s");
        assertThat(CommandRun.of("explain", "listeners.name").out()).contains("default: none: it must be written");
        assertThat(CommandRun.of("explain", "admin").out()).contains("default: that of each key below", "admin.bind");
    }

    @Test
    void shouldListBothKindsInOneLineEach() {
        CommandRun run = CommandRun.of("explain");

        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        List<String> lines = run.out().lines().toList();
        assertThat(lines)
                .hasSize(ConfigurationGuide.all().size() + Checks.inOrder().size() + 3);
        assertThat(lines).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(120));
        for (SettingDescription one : ConfigurationGuide.all()) {
            assertThat(lines)
                    .filteredOn(line -> line.startsWith("  " + one.path() + " "))
                    .hasSize(1);
        }
        for (Check check : Checks.inOrder()) {
            assertThat(lines)
                    .filteredOn(
                            line -> line.startsWith("  " + check.explanation().key() + " "))
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "timeouts.idel, timeouts.idle",
        "narow-range, narrow-range",
        "tw_reuse, tw-reuse",
        "EarlyBind, early-bind",
        "portWait, timeouts.portWait",
        "portWat, timeouts.portWait",
        "timeout.portwait, timeouts.portWait",
        "keepalive, http.keepAlive' or 'keep-alive"
    })
    void shouldSuggestKeysOfEitherKind(String written, String meant) {
        CommandRun run = CommandRun.of("explain", written);

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("there is no key '" + written + "'; did you mean '" + meant + "'?");
    }

    @Test
    void shouldSayWhereTheListIsWhenNothingIsNear() {
        assertThat(CommandRun.of("explain", "xylophone").err()).contains("'tidewait explain' lists them all");
    }
}
