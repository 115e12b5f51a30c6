package dev.tidewait.lab;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What one run of {@code lab sustain} gave. Immutable; the histograms are not to be changed.
 *
 * @param plan what was done
 * @param load what the clients saw
 * @param steadyPerSecond connections served a second in the second half of the run
 * @param failedInWarmUp failures before the measured load began
 * @param observed what passed the wire
 * @param ages ledger and observer compared
 * @param ledger the ledgers when the load ended
 * @param kernelTimeWait TIME_WAIT towards the destination in the proxy's kernel at that moment
 * @param kernel the proxy's counters
 */
public record SustainResult(
        SustainPlan plan,
        LoadReport load,
        double steadyPerSecond,
        long failedInWarmUp,
        ObserverReport observed,
        AgeComparison ages,
        LedgerReport ledger,
        long kernelTimeWait,
        KernelReport kernel) {

    /** One claim and whether it holds. */
    public record Verdict(boolean holds, String claim, String evidence) {}

    private static final double MOST_LOST = 0.001;
    private static final double TIME_WAIT_TOLERANCE = 0.01;
    private static final double RATE_TOLERANCE = 0.03;
    private static final double MEDIAN_DIFFERENCE_MILLIS = 10;

    /** Every claim of this kind of run. */
    public List<Verdict> verdicts() {
        List<Verdict> verdicts = new ArrayList<>();
        verdicts.add(verdict(
                load.failed() == 0 && load.notStarted() == 0 && failedInWarmUp == 0,
                "no connection fails",
                "%,d of %,d failed %s, %,d not started, %,d failed in the warm-up",
                load.failed(),
                load.started(),
                load.failures(),
                load.notStarted(),
                failedInWarmUp));
        verdicts.add(verdict(
                observed.lostShare() <= MOST_LOST,
                "the observer saw enough to prove anything",
                "%.4f %% of %,d segments lost",
                observed.lostShare() * 100,
                observed.segments()));
        long floor = plan.leastFloor().toMillis();
        if (observed.reuses() > 0) {
            verdicts.add(verdict(
                    observed.youngestNanos() >= floor * 1_000_000 && ages.youngestLedgerMillis() >= floor,
                    "no four-tuple is reused below the floor of " + floor + " ms",
                    "youngest %.3f s observed, %.3f s by the ledger",
                    observed.youngestNanos() / 1e9,
                    ages.youngestLedgerMillis() / 1e3));
            verdicts.add(verdict(
                    ages.olderInLedger() == 0
                            && ages.medianDifferenceMillis() <= MEDIAN_DIFFERENCE_MILLIS
                            && ages.matched() >= ages.ledgerReuses() * (1 - MOST_LOST),
                    "the ledger never claims more age than the wire shows",
                    "%,d of %,d reuses compared, %,d older in the ledger, median difference %.2f ms",
                    ages.matched(),
                    ages.ledgerReuses(),
                    ages.olderInLedger(),
                    ages.medianDifferenceMillis()));
        }
        verdicts.add(verdict(
                kernel.resetsSent() == 0 && observed.clientRsts() == 0,
                "the proxy sends no RST",
                "%,d counted by its kernel, %,d observed",
                kernel.resetsSent(),
                observed.clientRsts()));
        boolean none = !plan.endings().containsKey(CloseOrder.CLIENT);
        verdicts.add(verdict(
                none
                        ? kernelTimeWait == 0 && ledger.timeWait() == 0
                        : Math.abs(kernelTimeWait - ledger.timeWait()) <= TIME_WAIT_TOLERANCE * kernelTimeWait,
                none ? "the server holds TIME_WAIT" : "TIME_WAIT is kept, as the ledger believes",
                "%,d in the kernel, %,d by the ledger",
                kernelTimeWait,
                ledger.timeWait()));
        verdicts.add(verdict(
                kernel.timeWaitOverflows() == 0,
                "the kernel dropped no TIME_WAIT",
                "TCPTimeWaitOverflow moved by %,d",
                kernel.timeWaitOverflows()));
        addRate(verdicts);
        if (plan.sources() == 2) {
            double share = (double) ledger.leasesPerSource().getFirst()
                    / (ledger.leasesPerSource().get(0)
                            + ledger.leasesPerSource().get(1));
            verdicts.add(verdict(
                    share >= 0.45 && share <= 0.55,
                    "the sources share the work",
                    "%.1f %% from the first",
                    share * 100));
        }
        return verdicts;
    }

    /** What had to be served: all ports turned over at their floor under pressure, what was asked for otherwise. */
    private void addRate(List<Verdict> verdicts) {
        double possible = plan.possiblePerSecond();
        if (plan.ratePerSecond().isPresent()) {
            double wanted = plan.ratePerSecond().getAsDouble();
            verdicts.add(verdict(
                    load.rate() >= wanted * (1 - RATE_TOLERANCE),
                    "what is asked for is served",
                    "%,.0f/s of %,.0f/s asked, %,.0f/s possible",
                    load.rate(),
                    wanted,
                    possible));
        } else if (plan.ports().isPresent()) {
            double served = steadyPerSecond;
            verdicts.add(verdict(
                    Math.abs(served / possible - 1) <= RATE_TOLERANCE,
                    "under pressure every port is used again at its floor",
                    "%,.0f/s of ports ÷ floor = %,.0f/s (%+.1f %%)",
                    served,
                    possible,
                    (served / possible - 1) * 100));
        } else {
            verdicts.add(verdict(
                    load.done() >= 10_000L * plan.duration().toSeconds(),
                    "at least 10,000 connections a second",
                    "%,d in %d s",
                    load.done(),
                    plan.duration().toSeconds()));
        }
    }

    @FormatMethod
    private static Verdict verdict(boolean holds, String claim, @FormatString String evidence, Object... figures) {
        return new Verdict(holds, claim, String.format(Locale.ROOT, evidence, figures));
    }
}
