package dev.tidewait.app.floor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.app.configuration.Configuration;
import dev.tidewait.app.configuration.ConfigurationFile;
import dev.tidewait.app.configuration.Loaded;
import dev.tidewait.evidence.live.RoundTripClass;
import dev.tidewait.ports.Floors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From a report to floors. */
final class MeasuredFloorsTest {
    private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void shouldTakeOverWhatAReportShows() throws IOException {
        MeasuredFloor floor = look(report("a", new TestReport().with(100_000, 1_900, 5)), NOW);
        assertThat(floor.floors()).isEqualTo(Floors.DEFAULT.withMeasured(2_000));
        assertThat(floor.why())
                .isEqualTo(
                        "all connections: 2 s: 0 of 100,000 connections watched longer than 60 s had a FIN or data later than 2"
                                + " s, so at most 0.0030 %; from " + folder.resolve("a")
                                + ", written 2026-11-28T10:00:00Z");
        assertThat(floor.isTakenOver()).isTrue();
        assertThat(floor.floorMillis()).isEqualTo(2_000);
    }

    @Test
    void shouldNotGoBelowASecond() throws IOException {
        MeasuredFloor floor = look(report("a", new TestReport().with(1_000_000, 150, 2_000)), NOW);
        assertThat(floor.floors()).isEqualTo(Floors.DEFAULT.withMeasured(1_000));
        assertThat(floor.why())
                .contains("all connections: 1 s, the least for this class; even 0.15 s would do: 0 of 1,000,000");
    }

    @Test
    void shouldTakeTheLongestThatAnyClassAsksFor() throws IOException {
        TestReport report = new TestReport()
                .with(RoundTripClass.UNDER_1_MS, 1_000_000, 2, 10)
                .with(RoundTripClass.UNDER_200_MS, 40_000, 3_400, 4)
                .with(RoundTripClass.LONGER, 500, 8_500, 1);
        MeasuredFloor floor = look(report("a", report), NOW);
        assertThat(floor.floors()).isEqualTo(Floors.DEFAULT.withMeasured(3_500));
        assertThat(floor.why())
                .startsWith("round trip under 200 ms, closed first by this host: 3.5 s: 0 of 40,000 connections");
    }

    @Test
    void shouldNotLowerAnythingWhereASmallClassSpeaksAgainstIt() throws IOException {
        TestReport report = new TestReport()
                .with(RoundTripClass.UNDER_1_MS, 10_000_000, 2, 10)
                .with(RoundTripClass.LONGER, 20_000, 8_500, 500);
        MeasuredFloor floor = look(report("a", report), NOW);
        assertThat(floor.floors()).isEqualTo(Floors.DEFAULT.withAtLeast(8_000, 8_000));
        assertThat(floor.why())
                .startsWith(
                        "round trip above 200 ms, closed first by this host: 8 s, or the default where that is longer: 500 of 20,000"
                                + " connections watched longer than 8 s had a FIN or data later than 8 s, more than one in 10,000");

        TestReport undecided = new TestReport()
                .with(RoundTripClass.UNDER_1_MS, 10_000_000, 2, 10)
                .with(RoundTripClass.LONGER, 200_000, 100_000, 15);
        assertThat(look(report("a", undecided), NOW).floors()).isEqualTo(Floors.DEFAULT);
    }

    @Test
    void shouldLowerNothingWhereTheNextConnectionWasMet() throws IOException {
        MeasuredFloor floor =
                look(report("a", new TestReport().with(100_000, 1, 0).met(1_100)), NOW);
        assertThat(floor.floors()).isEqualTo(Floors.DEFAULT);
        assertThat(floor.why()).contains("or met the next connection");
    }

    @Test
    void shouldLiftFloorsThatAreNotEnough() throws IOException {
        Floors longer = look(report("a", new TestReport().with(100_000, 23_000, 5)), NOW)
                .floors();
        assertThat(longer).isEqualTo(Floors.DEFAULT.withMeasured(24_000));
        MeasuredFloor not = look(report("a", new TestReport().with(100_000, 200_000, 50)), NOW);
        assertThat(not.floors()).isEqualTo(Floors.DEFAULT.withAtLeast(60_000, 60_000));
        assertThat(not.why()).contains("60 s, or the default where that is longer: 50 of 100,000");
        MeasuredFloor one = look(report("a", new TestReport().with(30_000, 200_000, 1)), NOW);
        assertThat(one.floors()).as("one segment").isEqualTo(Floors.DEFAULT);
    }

    @Test
    void shouldKeepTheDefaultWhereCountsAreAbsurd() throws IOException {
        MeasuredFloor huge = look(report("a", new TestReport().with(1L << 41, 1_900, 5)), NOW);
        assertThat(huge.floors()).isEqualTo(Floors.DEFAULT);
        assertThat(huge.isReportUsable()).isFalse();
        assertThat(huge.why()).contains("has more counts than a host can see");
        MeasuredFloor large = look(report("a", new TestReport().with(1L << 40, 200_000, 50_000_000)), NOW);
        assertThat(large.floors()).isEqualTo(Floors.DEFAULT.withMeasured(1_000));
    }

    @Test
    void shouldKeepTheDefaultWhereTheReportCannotTell() throws IOException {
        MeasuredFloor few = look(report("a", new TestReport().with(29_000, 1, 0)), NOW);
        assertThat(few.floors()).isEqualTo(Floors.DEFAULT);
        assertThat(few.isReportUsable()).isTrue();
        assertThat(few.why())
                .contains(
                        "keep the default. 956 more connections watched longer than 60 s, none with a FIN or data later than 1 s");
        MeasuredFloor part =
                look(report("a", new TestReport().with(100_000, 1, 0).incomplete()), NOW);
        assertThat(part.floors()).isEqualTo(Floors.DEFAULT);
        assertThat(part.why()).contains("keep the default, as late segments may be missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{}", "[]", "nothing", "{\"format\":\"tidewait-study\",\"version\":2}"})
    void shouldKeepTheDefaultWhereTheReportIsDamaged(String text) throws IOException {
        MeasuredFloor floor = look(Files.writeString(folder.resolve("a"), text), NOW);
        assertThat(floor.floors()).isEqualTo(Floors.DEFAULT);
        assertThat(floor.isReportUsable()).isFalse();
        assertThat(floor.why())
                .startsWith(folder.resolve("a") + ": it is ")
                .contains("write it with 'tidewait study --json'");
    }

    @Test
    void shouldKeepTheDefaultAtEveryByteThatAReportMayEndAt() throws IOException {
        String whole = new TestReport().with(100_000, 1_900, 5).json();
        for (int length = 0; length < whole.lastIndexOf('}'); length += 97) {
            Path file = Files.writeString(folder.resolve("a"), whole.substring(0, length));
            Configuration configuration = configuration("floor: measured, evidence: " + file);
            assertThat(MeasuredFloors.of(configuration, NOW))
                    .as("%d bytes", length)
                    .singleElement()
                    .satisfies(floor -> {
                        assertThat(floor.floors()).isEqualTo(Floors.DEFAULT);
                        assertThat(floor.isReportUsable()).isFalse();
                        assertThat(floor.why()).doesNotContain("REDACTED");
                    });
        }
    }

    @Test
    void shouldKeepTheDefaultWhereThereIsNoReport() throws IOException {
        assertThat(look(folder.resolve("none"), NOW).why()).contains("none: there is no such file; write it with");
        assertThat(look(folder, NOW).why()).contains("it is no file");
    }

    @Test
    void shouldForgetAReportThatIsAWeekOld() throws IOException {
        Path file = report("a", new TestReport().with(100_000, 1_900, 5));
        Instant last = NOW.plus(Duration.ofDays(7)).minusMillis(1);
        assertThat(look(file, last).floors().measuredMillis()).isEqualTo(2_000);
        MeasuredFloor old = look(file, last.plusMillis(1));
        assertThat(old.floors()).isEqualTo(Floors.DEFAULT);
        assertThat(old.why()).contains("it was written 2026-11-28T10:00:00Z, longer ago than evidenceAge allows");
        assertThat(look(file, NOW.minus(Duration.ofHours(2))).why()).contains("it was written in the future");

        MeasuredFloors floors = new MeasuredFloors();
        floors.look(configuration("floor: measured, evidence: " + file + ", evidenceAge: 1h"), NOW);
        assertThat(floors.nextLook()).contains(NOW.plus(Duration.ofHours(1)));
        floors.look(configuration("fixed: 3s"), NOW);
        assertThat(floors.nextLook()).isEmpty();
    }

    @Test
    void shouldLetEachDestinationHaveItsOwn() throws IOException {
        Path near = report("near", new TestReport().with(100_000, 1, 0));
        Path far = report("far", new TestReport().with(100_000, 6_500, 9));
        Configuration configuration = good("""
                timeWait: { floor: { unknown: 20s }, evidence: %s }
                destinations:
                  - { match: 10.0.0.0/8, timeWait: { floor: measured } }
                  - { match: 10.0.0.0/7, timeWait: { floor: measured } }
                  - { match: 203.0.113.0/24, timeWait: { floor: measured, evidence: %s } }
                  - { match: 198.51.100.0/24, timeWait: { fixed: 3s } }
                """.formatted(near, far));
        MeasuredFloors floors = new MeasuredFloors();
        floors.look(configuration, NOW);
        assertThat(floors.all())
                .extracting(MeasuredFloor::place)
                .containsExactly("destinations[10.0.0.0/8].timeWait", "destinations[203.0.113.0/24].timeWait");
        List<Long> measured = configuration.destinations().stream()
                .map(one -> floors.floors(configuration.timeWait(one)).measuredMillis())
                .toList();
        assertThat(measured).containsExactly(1_000L, 1_000L, 7_000L, 0L);
        assertThat(floors.floors(configuration.timeWait()).measuredMillis()).isZero();
        assertThat(floors.floors(configuration.timeWait(
                                configuration.destinations().getFirst()))
                        .unknownMillis())
                .isEqualTo(20_000);
    }

    private Path report(String name, TestReport report) throws IOException {
        Path file = Files.writeString(folder.resolve(name), report.json());
        return Files.setLastModifiedTime(file, FileTime.from(NOW));
    }

    private static MeasuredFloor look(Path file, Instant now) {
        Configuration configuration = configuration("floor: measured, evidence: " + file);
        MeasuredFloors floors = new MeasuredFloors();
        floors.look(configuration, now);
        MeasuredFloor only = floors.all().getFirst();
        assertThat(MeasuredFloors.of(configuration, now)).containsExactly(only);
        assertThat(floors.floors(configuration.timeWait())).isEqualTo(only.floors());
        return only;
    }

    private static Configuration configuration(String timeWait) {
        return good("timeWait: { " + timeWait + " }\n");
    }

    private static Configuration good(String text) {
        Loaded loaded = ConfigurationFile.parse("f", text);
        assertThat(loaded).isInstanceOf(Loaded.Good.class);
        return ((Loaded.Good) loaded).configuration();
    }
}
