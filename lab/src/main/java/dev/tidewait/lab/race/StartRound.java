package dev.tidewait.lab.race;

import dev.tidewait.lab.Topology;
import java.util.Map;

/** A round of one start. No state. */
final class StartRound {
    private static final double NANOS_PER_MILLI = 1e6;

    private StartRound() {}

    static RoundRun.Measured run(RaceCell cell, Topology topology) {
        try (RunningContestant contestant = RunningContestant.start(cell, topology)) {
            return new RoundRun.Measured(
                    1,
                    0,
                    "{}",
                    Map.of(
                            Figure.START_MILLIS,
                            contestant.startUp().toNanos() / NANOS_PER_MILLI,
                            Figure.RESIDENT_MIB,
                            new ResourceMeter(contestant.program()).residentMiB()));
        }
    }
}
