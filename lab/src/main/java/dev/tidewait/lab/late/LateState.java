package dev.tidewait.lab.late;

import dev.tidewait.lab.LabException;
import dev.tidewait.lab.OutcomeFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The outcomes of a long run in a file whose first line begins with the seed. Used by one thread at a time. */
public final class LateState {
    private static final Pattern SEED = Pattern.compile("seed ([0-9]{1,18})\\b");

    private final OutcomeFile<Outcome> outcomes;

    private LateState(OutcomeFile<Outcome> outcomes) {
        this.outcomes = outcomes;
    }

    /**
     * Opens a file, or begins one.
     *
     * @param run what was asked for, seed and all: only the same may go on
     * @throws LabException if it is of another run, or cannot be read or written
     */
    public static LateState open(Path file, String run) {
        return new LateState(OutcomeFile.open(file, run, OutcomeJson::line, OutcomeJson::read));
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
        return outcomes.known();
    }

    /** Keeps one more. */
    public void add(Outcome outcome) {
        outcomes.add(outcome);
    }
}
