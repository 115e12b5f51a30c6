package dev.tidewait.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;
import dev.tidewait.ports.PortSet;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EndingJournalTest {
    private static final IpAddress SOURCE = IpAddress.of(new byte[] {10, 0, 0, 1});
    private static final Destination DESTINATION = new Destination(IpAddress.of(new byte[] {10, 0, 0, 2}), 80);
    /** The smallest ring. */
    private static final int ENTRIES = 4_096;

    private static final long NOW = 1_000_000;

    @TempDir
    private Path directory = Path.of("");

    private EndingJournal open() throws IOException {
        return EndingJournal.open(directory.resolve("endings"), 1);
    }

    @Test
    void shouldKnowAfterARestartWhatIsBelowItsFloor() throws Exception {
        try (EndingJournal first = open()) {
            first.write(SOURCE, 20_001, DESTINATION, 5_000, NOW - 4_000);
            first.write(SOURCE, 20_000, DESTINATION, 15_000, NOW - 14_000);
            first.write(SOURCE, 20_002, DESTINATION, 5_000, NOW - 5_000);
        }
        try (EndingJournal second = open()) {
            assertThat(second.past(NOW))
                    .extracting(past -> past.tuple().sourcePort())
                    .containsExactly(20_000, 20_001);
            assertThat(second.past(NOW).getFirst().tuple().destination()).isEqualTo(DESTINATION);
        }
    }

    @Test
    void shouldNotBelieveATornEntry() throws Exception {
        try (EndingJournal first = open()) {
            first.write(SOURCE, 20_000, DESTINATION, 15_000, NOW);
            first.write(SOURCE, 20_001, DESTINATION, 15_000, NOW);
        }
        Path path = directory.resolve("endings");
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(
                    Files.size(path) - ENTRIES * 64L + 48); // the release time of the first one, which is written last
            file.writeLong(0);
        }
        try (EndingJournal second = open()) {
            assertThat(second.past(NOW))
                    .extracting(past -> past.tuple().sourcePort())
                    .containsExactly(20_001);
        }
    }

    @Test
    void shouldKeepTheLastOnesWhereThereAreMoreThanFit() throws Exception {
        try (EndingJournal journal = open()) {
            for (int i = 0; i < ENTRIES + 10; i++) {
                journal.write(SOURCE, 1 + i, DESTINATION, 15_000, NOW);
            }
            assertThat(journal.past(NOW))
                    .extracting(past -> past.tuple().sourcePort())
                    .hasSize(ENTRIES)
                    .contains(ENTRIES + 10, 11)
                    .doesNotContain(10);
        }
    }

    @Test
    void shouldCountWhatIsLive() throws Exception {
        try (EndingJournal first = open()) {
            first.leased(20_000);
            first.leased(20_000);
            first.released(20_000);
            first.leased(20_001);
            first.released(20_001);
        }
        try (EndingJournal second = open()) {
            assertThat(second.takeLive(NOW, NOW + 15_000)).isEqualTo(PortSet.range(20_000, 20_000));
        }
    }

    @Test
    void shouldRememberLivePortsOverASecondCrash() throws Exception {
        try (EndingJournal first = open()) {
            first.leased(20_000);
        }
        try (EndingJournal second = open()) {
            second.takeLive(NOW, NOW + 15_000);
            second.leased(20_001);
        }
        try (EndingJournal third = open()) {
            assertThat(third.takeLive(NOW + 5_000, NOW + 20_000)).isEqualTo(PortSet.range(20_000, 20_001));
        }
        try (EndingJournal fourth = open()) {
            assertThat(fourth.takeLive(NOW + 16_000, NOW + 31_000)).isEqualTo(PortSet.range(20_001, 20_001));
            assertThat(fourth.takeLive(NOW + 20_000, NOW + 35_000).isEmpty()).isTrue();
        }
    }

    @Test
    void shouldTakeNoMemoryForEndingsThatWereNot() throws Exception {
        Path file = Files.createTempFile(Path.of("/dev/shm"), "endings-", ".test");
        try (EndingJournal journal = EndingJournal.open(file, 1_048_576)) {
            assertThat(journal.past(NOW)).isEmpty();
            assertThat(journal.takeLive(NOW, NOW + 15_000).isEmpty()).isTrue();
            assertThat(Files.size(file)).isGreaterThan(64L << 20);
            assertThat(blocksOf(file)).isLessThan(200); // of 512 bytes
        } finally {
            Files.delete(file);
        }
    }

    private static int blocksOf(Path file) throws IOException {
        Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
        try (BufferedReader out = stat.inputReader()) {
            return Integer.parseInt(out.readLine());
        }
    }

    @Test
    void shouldBeginAnewWhereTheLayoutIsAnother() throws Exception {
        Files.write(directory.resolve("endings"), new byte[1_000_000]);
        try (EndingJournal journal = open()) {
            assertThat(journal.past(NOW)).isEmpty();
        }
    }

    @Test
    void shouldRemoveTheJournalsOfOtherBoots() throws Exception {
        String boot = "45f44448-0356-4b72-8eff-6d31c6e8592c";
        Path ours = Files.createFile(directory.resolve("endings-" + boot + "-4026531833-1024"));
        Path old = Files.createFile(directory.resolve("endings-00000000-0356-4b72-8eff-6d31c6e8592c-4026531833-1024"));
        Path others = Files.createFile(directory.resolve("endings-notes"));
        EndingJournal.removeOtherBoots(directory, boot);
        assertThat(ours).exists();
        assertThat(others).exists();
        assertThat(old).doesNotExist();
    }
}
