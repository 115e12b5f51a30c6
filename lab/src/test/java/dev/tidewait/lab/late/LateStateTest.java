package dev.tidewait.lab.late;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewait.lab.LabException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LateStateTest {
    private static final String RUN = "seed 1";

    @TempDir
    private Path folder;

    @Test
    void shouldGoOnWhereItStopped() throws IOException {
        Path file = folder.resolve("state.jsonl");
        Outcome first = LateVerdictsTest.outcome(Cell.all().getFirst(), 1, 2, 3, 4, 5);
        Outcome second = LateVerdictsTest.outcome(Cell.all().getLast(), 6, 7, 8, 9, 10);
        LateState.open(file, RUN).add(first);
        Files.writeString(file, "{\"cell\":\"tidew", StandardOpenOption.APPEND); // killed while it wrote

        LateState state = LateState.open(file, RUN);
        state.add(second);

        assertThat(state.known()).containsExactly(first);
        assertThat(LateState.open(file, RUN).known()).containsExactly(first, second);
    }

    @Test
    void shouldKeepWhatRunCounted() {
        Path file = folder.resolve("state.jsonl");
        Outcome some = LateVerdictsTest.outcome(Cell.allUnderRun().getFirst(), 1, 2, 3, 4, 5);
        Outcome underRun = LateVerdictsTest.with(some, new RunCount(11, 12, 13, 14, 15, 16));

        LateState.open(file, RUN).add(underRun);

        assertThat(LateState.open(file, RUN).known()).containsExactly(underRun);
    }

    @Test
    void shouldKnowTheSeedOfTheRunItIsOf() throws IOException {
        Path file = folder.resolve("state.jsonl");
        assertThat(LateState.seedOf(file)).isEmpty();

        LateState.open(file, "seed 42, 520 incarnations");

        assertThat(LateState.seedOf(file)).hasValue(42);
        assertThat(LateState.seedOf(Files.writeString(folder.resolve("other"), "something")))
                .isEmpty();
        assertThat(LateState.seedOf(Files.writeString(folder.resolve("empty"), "")))
                .isEmpty();
    }

    @Test
    void shouldNotGoOnWithAnotherSeed() {
        Path file = folder.resolve("state.jsonl");
        LateState.open(file, RUN);

        assertThatThrownBy(() -> LateState.open(file, "seed 2"))
                .isInstanceOf(LabException.class)
                .hasMessageContaining("is of another run (seed 1), not of seed 2");
    }
}
