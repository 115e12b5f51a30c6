package dev.tidewait.app.plan;

import dev.tidewait.doctor.plan.Capacity;
import dev.tidewait.doctor.plan.WantedRate;
import java.util.List;
import java.util.Optional;

/**
 * The plan: what goes in, and what follows from it. Immutable.
 *
 * @param capacity what the inputs allow
 * @param compared the same with other lengths of TIME_WAIT, longest first
 * @param wanted a rate that somebody needs
 * @param risk the model, if it is asked for
 */
public record Plan(
        PlanInputs inputs,
        Capacity capacity,
        List<Capacity> compared,
        Optional<WantedRate> wanted,
        Optional<PlanRisk> risk) {
    public Plan {
        compared = List.copyOf(compared);
    }

    /** @throws IllegalArgumentException with what is wrong, for figures out of bounds */
    static Plan of(
            PlanInputs inputs, List<Long> comparedMillis, Optional<Long> requestsPerSecond, Optional<PlanRisk> risk) {
        Capacity capacity = inputs.capacity();
        return new Plan(
                inputs,
                capacity,
                comparedMillis.stream().map(capacity::withTimeWaitMillis).toList(),
                requestsPerSecond.map(rate -> new WantedRate(capacity, rate)),
                risk);
    }
}
