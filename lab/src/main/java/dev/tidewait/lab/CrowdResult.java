package dev.tidewait.lab;

import java.util.List;
import java.util.function.Function;

/**
 * What one run of {@code lab crowd} gave. Immutable.
 *
 * @param plan what was done
 * @param rounds in the order of time, at least two: of the first, in which the JVM still compiles, all counts but the times
 */
record CrowdResult(CrowdPlan plan, List<CrowdRound> rounds) {
    CrowdResult {
        rounds = List.copyOf(rounds);
    }

    /** Of the load without the crowd: the median of the rounds' p99, so that one disturbed round does not decide. */
    long p99MicrosWithout() {
        return medianP99(CrowdRound::without);
    }

    /** Of the load beside the crowd. */
    long p99MicrosWith() {
        return medianP99(CrowdRound::with);
    }

    List<Verdict> verdicts() {
        return CrowdVerdicts.of(this);
    }

    private long medianP99(Function<CrowdRound, LoadReport> load) {
        long[] each = rounds.stream()
                .skip(1)
                .mapToLong(round -> load.apply(round).answeredMicros().getValueAtPercentile(99))
                .sorted()
                .toArray();
        return (each[(each.length - 1) / 2] + each[each.length / 2]) / 2;
    }
}
