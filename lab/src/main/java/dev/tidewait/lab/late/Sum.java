package dev.tidewait.lab.late;

import java.util.Collection;
import java.util.function.ToLongFunction;

/**
 * Several outcomes together. Immutable; the components are those of {@link Outcome}, added up.
 *
 * @param cells how many
 */
public record Sum(
        int cells,
        long copies,
        long incarnations,
        long challengeAcks,
        long refusedByTimestamp,
        long synsRepeated,
        long noPort,
        long unfinished,
        long cutOff,
        long resets,
        long wrongBytes) {

    static Sum of(Collection<Outcome> outcomes) {
        return new Sum(
                outcomes.size(),
                add(outcomes, Outcome::copies),
                add(outcomes, Outcome::incarnations),
                add(outcomes, Outcome::challengeAcks),
                add(outcomes, Outcome::refusedByTimestamp),
                add(outcomes, Outcome::synsRepeated),
                add(outcomes, Outcome::noPort),
                add(outcomes, Outcome::unfinished),
                add(outcomes, Outcome::cutOff),
                add(outcomes, Outcome::resets),
                add(outcomes, Outcome::wrongBytes));
    }

    private static long add(Collection<Outcome> outcomes, ToLongFunction<Outcome> part) {
        return outcomes.stream().mapToLong(part).sum();
    }
}
