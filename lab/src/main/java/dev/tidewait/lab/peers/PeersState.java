package dev.tidewait.lab.peers;

import dev.tidewait.lab.LabException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * Outcomes in a file as they are measured, so that a long run goes on where it was interrupted: what was measured on the first line (versions,
 * ports, seconds), then an outcome a line. Used by one thread.
 */
final class PeersState {
    private final Optional<Path> file;
    private final List<PeerOutcome> known;

    private PeersState(Optional<Path> file, List<PeerOutcome> known) {
        this.file = file;
        this.known = known;
    }

    /** Remembers nothing. */
    static PeersState none() {
        return new PeersState(Optional.empty(), List.of());
    }

    /**
     * Opens a file, or begins one.
     *
     * @param run what is measured: only the same may go on
     * @throws LabException if it is of another run, or cannot be read or written
     */
    static PeersState open(Path file, String run) {
        try {
            if (!Files.exists(file)) {
                Files.writeString(file, run + "\n");
            }
            List<String> lines = Files.readAllLines(file);
            if (lines.isEmpty() || !lines.getFirst().equals(run)) {
                throw new LabException(file + " is of another run (" + (lines.isEmpty() ? "empty" : lines.getFirst())
                        + "), not of " + run + ": name another file with --state, or remove it");
            }
            if (!Files.readString(file).endsWith("\n")) { // killed while it wrote: that cell is measured again
                lines = lines.subList(0, lines.size() - 1);
                Files.write(file, lines);
            }
            return new PeersState(
                    Optional.of(file),
                    lines.stream().skip(1).map(PeerOutcomeJson::read).toList());
        } catch (IOException e) {
            throw cannotKeep(file, e);
        }
    }

    /** What an earlier run has left of a cell. */
    Optional<PeerOutcome> known(PeerCell cell) {
        return known.stream().filter(outcome -> outcome.cell().equals(cell)).findFirst();
    }

    /** Keeps one more. */
    void add(PeerOutcome outcome) {
        if (file.isEmpty()) {
            return;
        }
        try {
            Files.writeString(file.get(), PeerOutcomeJson.line(outcome) + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw cannotKeep(file.get(), e);
        }
    }

    private static LabException cannotKeep(Path file, IOException e) {
        return new LabException("cannot keep outcomes in " + file + ": " + e.getMessage(), e);
    }
}
