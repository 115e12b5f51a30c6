package dev.tidewait.app.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressTest {
    private static final int BYTES = 4_000_000;
    private static final long SECOND = 1_000_000_000;

    @TempDir
    private Path folder;

    private final StringWriter terminal = new StringWriter();
    private final AtomicLong nanos = new AtomicLong(-5);
    private StudyFile file = new StudyFile("none");

    @BeforeEach
    void makeFile() throws IOException {
        file = new StudyFile(
                Files.write(folder.resolve("capture"), new byte[BYTES]).toString());
    }

    @Test
    void shouldTellHowFarItIsFromTheFirstSecondOnAndTakeTheBarAway() throws IOException {
        Progress progress = new Progress(Optional.of(new PrintWriter(terminal, true)), List.of(file), nanos::get);
        try (InputStream in = progress.watch(file)) {
            assertThat(in.readNBytes(1_000_000)).hasSize(1_000_000);
            assertThat(terminal.toString()).isEmpty();
            nanos.addAndGet(2 * SECOND);
            assertThat(in.readNBytes(1_000_000)).hasSize(1_000_000);
        }
        progress.end();
        assertThat(terminal.toString())
                .matches("(?s).*\\[#+ +\\] +[2-5][0-9] % of 4 MB, [0-9] s left, [01] MB/s\u001b\\[K\r\u001b\\[K");
    }

    @Test
    void shouldShowNothingWhereNobodyLooks() throws IOException {
        Progress progress = new Progress(Optional.empty(), List.of(file), nanos::get);
        nanos.addAndGet(9 * SECOND);
        try (InputStream in = progress.watch(file)) {
            assertThat(in.readAllBytes()).hasSize(BYTES);
        }
        progress.end();
        assertThat(terminal.toString()).isEmpty();
    }
}
