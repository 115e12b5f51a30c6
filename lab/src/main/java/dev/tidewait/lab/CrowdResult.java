package dev.tidewait.lab;

import java.util.List;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/**
 * What one run of {@code lab crowd} gave. Immutable.
 *
 * @param plan what was done
 * @param rounds in the order of time
 */
record CrowdResult(CrowdPlan plan, List<CrowdRound> rounds) {
    CrowdResult {
        rounds = List.copyOf(rounds);
    }

    /** Latencies of the load without the crowd, all rounds. */
    Histogram without() {
        return all(CrowdRound::without);
    }

    /** Latencies of the load beside the crowd, all rounds. */
    Histogram with() {
        return all(CrowdRound::with);
    }

    List<Verdict> verdicts() {
        return CrowdVerdicts.of(this);
    }

    private Histogram all(Function<CrowdRound, LoadReport> load) {
        Histogram sum = MicrosHistogram.empty();
        rounds.forEach(round -> sum.add(load.apply(round).answeredMicros()));
        return sum;
    }
}
