package dev.tidewait.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Outcomes in a file as they are measured, so that a long run goes on where it was interrupted: what was measured on the first line (versions,
 * seed, seconds), then an outcome a line. Used by one thread at a time.
 */
public final class OutcomeFile<T> {
    private final Optional<Path> file;
    private final Function<T, String> writer;
    private final List<T> known;

    private OutcomeFile(Optional<Path> file, Function<T, String> writer, List<T> known) {
        this.file = file;
        this.writer = writer;
        this.known = List.copyOf(known);
    }

    /** Remembers nothing. */
    public static <T> OutcomeFile<T> none() {
        return new OutcomeFile<>(Optional.empty(), outcome -> "", List.of());
    }

    /**
     * Opens a file, or begins one.
     *
     * @param run what is measured: only the same may go on
     * @param writer an outcome as one line
     * @param reader the same back
     * @throws LabException if it is of another run, or cannot be read or written
     */
    public static <T> OutcomeFile<T> open(
            Path file, String run, Function<T, String> writer, Function<String, T> reader) {
        try {
            if (!Files.exists(file)) {
                Files.writeString(file, run + "\n");
            }
            List<String> lines = Files.readAllLines(file);
            if (lines.isEmpty() || !lines.getFirst().equals(run)) {
                throw new LabException(file + " is of another run (" + (lines.isEmpty() ? "empty" : lines.getFirst())
                        + "), not of " + run + ": name another file with --state, or remove it");
            }
            if (!Files.readString(file).endsWith("\n")) { // killed while it wrote: that one is measured again
                lines = lines.subList(0, lines.size() - 1);
                Files.write(file, lines);
            }
            List<T> known = new ArrayList<>();
            for (String line : lines.subList(1, lines.size())) {
                known.add(reader.apply(line));
            }
            return new OutcomeFile<>(Optional.of(file), writer, known);
        } catch (IOException e) {
            throw cannotKeep(file, e);
        }
    }

    /** What an earlier run has left. */
    public List<T> known() {
        return known;
    }

    /** Keeps one more. */
    public void add(T outcome) {
        if (file.isEmpty()) {
            return;
        }
        try {
            Files.writeString(file.get(), writer.apply(outcome) + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw cannotKeep(file.get(), e);
        }
    }

    private static LabException cannotKeep(Path file, IOException e) {
        return new LabException("cannot keep outcomes in " + file + ": " + e.getMessage(), e);
    }
}
