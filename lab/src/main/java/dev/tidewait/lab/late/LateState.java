package dev.tidewait.lab.late;

import dev.tidewait.lab.LabException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The outcomes of a long run in a file, so that it goes on where it was interrupted: the seed on the first line, then an outcome a line.
 * Used by one thread at a time.
 */
public final class LateState {
    private static final Pattern SEED = Pattern.compile("seed ([0-9]{1,18})\\b");

    private final Path file;
    private final List<Outcome> known = new ArrayList<>();

    private LateState(Path file) {
        this.file = file;
    }

    /**
     * Opens a file, or begins one.
     *
     * @param run what was asked for, seed and all: only the same may go on
     * @throws LabException if it is of another run, or cannot be read or written
     */
    public static LateState open(Path file, String run) {
        LateState state = new LateState(file);
        try {
            if (!Files.exists(file)) {
                Files.writeString(file, run + "\n");
                return state;
            }
            List<String> lines = Files.readAllLines(file);
            if (lines.isEmpty() || !lines.getFirst().equals(run)) {
                throw new LabException(file + " is of another run (" + (lines.isEmpty() ? "empty" : lines.getFirst())
                        + "), not of " + run + ": name another file with --state, or remove it");
            }
            // The last line may be half written: the cell is run again.
            boolean whole = Files.readString(file).endsWith("\n");
            List<String> outcomes = lines.subList(1, lines.size() - (whole ? 0 : 1));
            outcomes.forEach(line -> state.known.add(OutcomeJson.read(line)));
            if (!whole) {
                Files.write(file, lines.subList(0, lines.size() - 1));
            }
            return state;
        } catch (IOException e) {
            throw new LabException("cannot keep outcomes in " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * The seed of the run that a file is of.
     *
     * @return empty if there is no such file, or it does not begin with one
     */
    public static OptionalLong seedOf(Path file) {
        if (!Files.exists(file)) {
            return OptionalLong.empty();
        }
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            Matcher seed = SEED.matcher(String.valueOf(lines.readLine()));
            return seed.lookingAt() ? OptionalLong.of(Long.parseLong(seed.group(1))) : OptionalLong.empty();
        } catch (IOException e) {
            throw new LabException("cannot read the outcomes in " + file + ": " + e.getMessage(), e);
        }
    }

    /** What an earlier run has left. */
    public List<Outcome> known() {
        return List.copyOf(known);
    }

    /** Keeps one more. */
    public void add(Outcome outcome) {
        try {
            Files.writeString(file, OutcomeJson.line(outcome) + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new LabException("cannot keep outcomes in " + file + ": " + e.getMessage(), e);
        }
    }
}
