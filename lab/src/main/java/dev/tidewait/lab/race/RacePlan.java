package dev.tidewait.lab.race;

import java.time.Duration;

/**
 * What all cells have in common. Immutable.
 *
 * @param rounds of each cell
 * @param roundTime that is measured in each
 * @param warmUp of the same load before, in each round and for everybody: a JVM compiles what is used often
 * @param longTime that is measured where there is one round only
 */
record RacePlan(int rounds, Duration roundTime, Duration warmUp, Duration longTime) {
    static final RacePlan STANDARD =
            new RacePlan(5, Duration.ofSeconds(6), Duration.ofSeconds(6), Duration.ofSeconds(120));

    int rounds(Work work) {
        return work.isOnceAndLong() ? 1 : rounds;
    }

    Duration time(Work work) {
        return work.isOnceAndLong() ? longTime : roundTime;
    }

    /** Names it: outcomes of another plan are not comparable. The number of rounds may change. */
    @Override
    public String toString() {
        return "%d s after %d s, %d s once".formatted(roundTime.toSeconds(), warmUp.toSeconds(), longTime.toSeconds());
    }
}
