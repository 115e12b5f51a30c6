package dev.tidewait.lab.peers;

import dev.tidewait.lab.OutcomeFile;
import java.nio.file.Path;
import java.util.Optional;

/** What {@code lab peers} has measured so far, in a file if one is named. Used by one thread. */
final class PeersState {
    private final OutcomeFile<PeerOutcome> outcomes;

    private PeersState(OutcomeFile<PeerOutcome> outcomes) {
        this.outcomes = outcomes;
    }

    /** Remembers nothing. */
    static PeersState none() {
        return new PeersState(OutcomeFile.none());
    }

    /**
     * Opens a file, or begins one.
     *
     * @param run what is measured: only the same may go on
     * @throws dev.tidewait.lab.LabException if it is of another run, or cannot be read or written
     */
    static PeersState open(Path file, String run) {
        return new PeersState(OutcomeFile.open(file, run, PeerOutcomeJson::line, PeerOutcomeJson::read));
    }

    /** What an earlier run has left of a cell. */
    Optional<PeerOutcome> known(PeerCell cell) {
        return outcomes.known().stream()
                .filter(outcome -> outcome.cell().equals(cell))
                .findFirst();
    }

    /** Keeps one more. */
    void add(PeerOutcome outcome) {
        outcomes.add(outcome);
    }
}
