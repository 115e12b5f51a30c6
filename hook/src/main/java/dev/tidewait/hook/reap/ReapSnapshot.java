package dev.tidewait.hook.reap;

import java.util.List;
import java.util.Optional;

/**
 * What the reaper did so far. Immutable.
 *
 * @param dryRun whether the removals were only counted
 * @param portCount outgoing ports that could be used in the last pass
 * @param passes looks at all sockets
 * @param destroyed removed; in a dry run those that would have been
 * @param vanished expired or taken over by a connect() before their turn
 * @param failed the kernel refused for another reason
 * @param youngestMillis age of the youngest that was destroyed; 0 without one
 * @param sparedFloor should have gone, but were too young
 * @param sparedFinWait2 still waited for the peer's FIN
 * @param sparedListening in TIME_WAIT on a listening port
 * @param passMillis CPU time of a pass without its removals
 * @param fullest the pair with most ports in use in the last pass
 * @param rows pairs of source and destination with something to tell, most removals first
 */
public record ReapSnapshot(
        boolean dryRun,
        int portCount,
        long passes,
        long destroyed,
        long vanished,
        long failed,
        long youngestMillis,
        Spared sparedFloor,
        Spared sparedFinWait2,
        Spared sparedListening,
        double passMillis,
        Optional<FullestPair> fullest,
        List<ReapRow> rows) {
    public ReapSnapshot {
        rows = List.copyOf(rows);
    }
}
