package dev.tidewait.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code lab sustain} claims of a run. Used once, by one thread. */
final class SustainVerdicts {
    private static final double MOST_LOST = 0.001;
    private static final double TIME_WAIT_TOLERANCE = 0.01;
    /** Of all connections; a busy machine makes 1 in 1,000. */
    private static final double MOST_LATE_RESETS = 0.002;

    private static final double RATE_TOLERANCE = 0.03;
    private static final double MEDIAN_DIFFERENCE_MILLIS = 10;
    /** A line forms by chance and by pauses of the machine as well; a long floor in the way would make nearly all reuses late. */
    private static final double MOST_LATE = 0.10;
    /** All ports, closed loop, two cores. */
    private static final long LEAST_CONNECTIONS = 10_000;
    /** The same with a request and an answer to read, check and write anew on each connection. */
    private static final long LEAST_REQUESTS = 6_000;

    private static final double MOST_PORTS_PER_REQUEST = 1.1;

    private final SustainResult result;
    private final SustainPlan plan;
    private final List<Verdict> verdicts = new ArrayList<>();

    private SustainVerdicts(SustainResult result) {
        this.result = result;
        this.plan = result.plan();
    }

    /** Every claim of this kind of run. */
    static List<Verdict> of(SustainResult result) {
        SustainVerdicts all = new SustainVerdicts(result);
        all.addFailures();
        all.addObserver();
        if (result.observed().reuses() > 0) {
            all.addAges();
        }
        all.addKernel();
        all.addRate();
        if (result.plan().ratePerSecond().isEmpty() && !result.plan().keepsConnections()) {
            result.twoFloors().ifPresent(all::addTwoFloors);
        }
        result.buckets().ifPresent(all::addBuckets);
        if (result.plan().sources() == 2) {
            all.addShare();
        }
        return all.verdicts;
    }

    private void addFailures() {
        LoadReport load = result.load();
        verdicts.add(Verdict.of(
                load.failed() == 0
                        && load.notStarted() == 0
                        && result.failedInWarmUp().isEmpty(),
                "no connection fails",
                "%,d of %,d failed %s, %,d not started, %s failed in the warm-up",
                load.failed(),
                load.started(),
                load.failures(),
                load.notStarted(),
                result.failedInWarmUp().isEmpty() ? "0" : result.failedInWarmUp()));
    }

    private void addObserver() {
        verdicts.add(Verdict.of(
                result.observed().lostShare() <= MOST_LOST,
                "the observer saw enough to prove anything",
                "%.4f %% of %,d segments lost",
                result.observed().lostShare() * 100,
                result.observed().segments()));
    }

    private void addAges() {
        ObserverReport observed = result.observed();
        AgeComparison ages = result.ages();
        long floor = plan.leastFloor().toMillis();
        verdicts.add(Verdict.of(
                observed.youngestNanos() >= floor * 1_000_000 && ages.youngestLedgerMillis() >= floor,
                "no four-tuple is reused below the floor of " + floor + " ms",
                "youngest %.4f s observed, %.3f s by the ledger",
                observed.youngestNanos() / 1e9,
                ages.youngestLedgerMillis() / 1e3));
        verdicts.add(Verdict.of(
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

    private void addKernel() {
        KernelReport kernel = result.kernel();
        verdicts.add(resets(kernel));
        verdicts.add(timeWait());
        verdicts.add(Verdict.of(
                kernel.timeWaitOverflows() == 0,
                "the kernel dropped no TIME_WAIT",
                "TCPTimeWaitOverflow moved by %,d",
                kernel.timeWaitOverflows()));
    }

    /**
     * Where the server closes first nothing is left in the proxy's kernel once its FIN is acknowledged. If the machine stalls for the 40 ms of a
     * delayed ACK, that ACK and our FIN leave at the same moment from two CPUs and may change places; the server's TIME_WAIT answers each
     * of them, and its second ACK finds no socket. No program can prevent that, and no connection is harmed.
     */
    private Verdict resets(KernelReport kernel) {
        ObserverReport observed = result.observed();
        if (plan.resets()) {
            return Verdict.of(
                    observed.clientRsts() >= result.load().done(),
                    "the proxy resets what has ended",
                    "%,d counted by its kernel, %,d observed",
                    kernel.resetsSent(),
                    observed.clientRsts());
        }
        boolean serverFirst = plan.endings().keySet().stream().anyMatch(asked -> plan.ends(asked) == CloseOrder.SERVER);
        long late = observed.lateClientRsts();
        long allowed = serverFirst ? (long) (MOST_LATE_RESETS * observed.incarnations()) : 0;
        return Verdict.of(
                kernel.resetsSent() == late && observed.clientRsts() == late && late <= allowed,
                "the proxy sends no RST",
                "%,d counted by its kernel, %,d observed, %,d of them answers to what came after the end",
                kernel.resetsSent(),
                observed.clientRsts(),
                late);
    }

    private Verdict timeWait() {
        boolean none = plan.resets()
                || plan.endings().keySet().stream().noneMatch(asked -> plan.ends(asked) == CloseOrder.CLIENT);
        long inKernel = result.kernelTimeWait();
        long inLedger = result.ledger().timeWait();
        String claim = !none
                ? "TIME_WAIT is kept, as the ledger believes"
                : plan.resets() ? "nobody holds TIME_WAIT" : "the server holds TIME_WAIT";
        // Of a few kept connections one may end between the two looks.
        long tolerance = (plan.keepsConnections() ? 2 : 0) + (long) (TIME_WAIT_TOLERANCE * inKernel);
        return Verdict.of(
                none ? inKernel == 0 && inLedger == 0 : Math.abs(inKernel - inLedger) <= tolerance,
                claim,
                "%,d in the kernel, %,d by the ledger",
                inKernel,
                inLedger);
    }

    /** What had to be served: all ports turned over at their floor under pressure, what was asked for otherwise. */
    private void addRate() {
        LoadReport load = result.load();
        if (plan.keepsConnections()) {
            long ports = result.ledger().leases();
            verdicts.add(Verdict.of(
                    ports <= MOST_PORTS_PER_REQUEST * plan.closedLoop(),
                    "kept connections need no more ports than requests in flight × " + MOST_PORTS_PER_REQUEST,
                    "%,d ports for %,d in flight; %,d requests, %,.0f/s",
                    ports,
                    plan.closedLoop(),
                    load.done(),
                    load.rate()));
            return;
        }
        double possible = plan.possiblePerSecond();
        if (plan.ratePerSecond().isPresent()) {
            double wanted = plan.ratePerSecond().getAsDouble();
            verdicts.add(Verdict.of(
                    load.rate() >= wanted * (1 - RATE_TOLERANCE),
                    "what is asked for is served",
                    "%,.0f/s of %,.0f/s asked, %,.0f/s possible",
                    load.rate(),
                    wanted,
                    possible));
        } else if (plan.ports().isPresent()) {
            double served = result.steadyPerSecond();
            verdicts.add(Verdict.of(
                    Math.abs(served / possible - 1) <= RATE_TOLERANCE,
                    "under pressure every port is used again at its floor",
                    "%,.0f/s of ports ÷ floor = %,.0f/s (%+.1f %%)",
                    served,
                    possible,
                    (served / possible - 1) * 100));
        } else {
            long wanted = plan.http().isPresent() ? LEAST_REQUESTS : LEAST_CONNECTIONS;
            verdicts.add(Verdict.of(
                    load.done() >= wanted * plan.duration().toSeconds(),
                    String.format(
                            Locale.ROOT,
                            "at least %,d %s a second",
                            wanted,
                            plan.http().isPresent() ? "requests" : "connections"),
                    "%,d in %d s",
                    load.done(),
                    plan.duration().toSeconds()));
        }
    }

    /**
     * Somebody always waits, so a port is used again as soon as it may be: at the short floor or at the long one, not in between. Were
     * all in one queue, the short ones would come back at the long floor.
     */
    private void addTwoFloors(TwoFloors floors) {
        verdicts.add(Verdict.of(
                floors.lateShare() <= MOST_LATE,
                "long floors never block short ones",
                "of %,d reuses below the floor of %s s %,d came later than %s s; the short floor is %s s",
                floors.belowLong(),
                seconds(floors.lengthy()),
                floors.late(),
                seconds(floors.lateFrom()),
                seconds(floors.brief())));
        long endedBriefly = 0;
        for (CloseOrder order : plan.endings().keySet()) {
            endedBriefly += plan.floor(order).equals(floors.brief()) ? ended(order) : 0;
        }
        verdicts.add(Verdict.of(
                floors.old() > 0 && floors.belowLong() <= endedBriefly,
                "short floors never cut long ones short",
                "%,d reuses below %s s after %,d connections of the short floor; %,d reuses above",
                floors.belowLong(),
                seconds(floors.lengthy()),
                endedBriefly,
                floors.old()));
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f", duration.toMillis() / 1e3);
    }

    private long ended(CloseOrder order) {
        OriginReport origin = result.origin();
        return switch (order) {
            case CLIENT -> origin.endedByClient();
            case SERVER -> origin.endedByServer();
            case RESET -> origin.resetByServer();
        };
    }

    /** Rule 5: above 75 % of tcp_max_tw_buckets the oldest past their floor are destroyed first. */
    private void addBuckets(BucketWatch.Report buckets) {
        verdicts.add(Verdict.of(
                buckets.highest() > 0.75 * buckets.limit() && buckets.highest() < buckets.limit(),
                "TIME_WAIT passes three quarters of tcp_max_tw_buckets and stays below it",
                "%,d at the most, limit %,d, %,d destroyed",
                buckets.highest(),
                buckets.limit(),
                buckets.destroyed()));
        double youngestSeconds = result.kernelTimeWait() / result.load().rate();
        verdicts.add(Verdict.of(
                buckets.destroyed() > 0 && buckets.oldestMillis() / 1e3 <= 1.5 * youngestSeconds + 1,
                "the oldest are destroyed first",
                "of the %,d that are left the oldest is %.1f s old; at %,.0f/s so many end within %.1f s",
                result.kernelTimeWait(),
                buckets.oldestMillis() / 1e3,
                result.load().rate(),
                youngestSeconds));
        verdicts.add(Verdict.of(
                buckets.heldFailed() == 0 && buckets.heldDone() > 0,
                "no live connection is harmed",
                "%,d lived through it and ended in order, %,d failed",
                buckets.heldDone(),
                buckets.heldFailed()));
    }

    private void addShare() {
        List<Long> leases = result.ledger().leasesPerSource();
        double share = (double) leases.get(0) / (leases.get(0) + leases.get(1));
        verdicts.add(Verdict.of(
                share >= 0.45 && share <= 0.55, "the sources share the work", "%.1f %% from the first", share * 100));
    }
}
