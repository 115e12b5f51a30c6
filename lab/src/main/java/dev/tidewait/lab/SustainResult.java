package dev.tidewait.lab;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one run of {@code lab sustain} gave. Immutable; the histograms are not to be changed.
 *
 * @param plan what was done
 * @param load what the clients saw
 * @param steadyPerSecond connections served a second in the second half of the run
 * @param failedInWarmUp failures before the measured load began, by cause
 * @param observed what passed the wire
 * @param ages ledger and observer compared
 * @param twoFloors ages where two floors are mixed
 * @param ledger the ledgers when the load ended
 * @param origin what the server counted
 * @param kernelTimeWait TIME_WAIT towards the destination in the proxy's kernel at that moment
 * @param kernel the proxy's counters
 * @param buckets how few buckets for TIME_WAIT came out
 */
record SustainResult(
        SustainPlan plan,
        LoadReport load,
        double steadyPerSecond,
        Map<String, Long> failedInWarmUp,
        ObserverReport observed,
        AgeComparison ages,
        Optional<TwoFloors> twoFloors,
        LedgerReport ledger,
        OriginReport origin,
        long kernelTimeWait,
        KernelReport kernel,
        Optional<BucketWatch.Report> buckets) {

    /** Every claim of this kind of run. */
    List<Verdict> verdicts() {
        return SustainVerdicts.of(this);
    }
}
