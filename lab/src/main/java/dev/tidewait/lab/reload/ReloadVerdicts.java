package dev.tidewait.lab.reload;

import dev.tidewait.lab.LoadReport;
import dev.tidewait.lab.ObserverReport;
import dev.tidewait.lab.Verdict;
import java.util.ArrayList;
import java.util.List;

/** What {@code lab reload} claims of a run: nothing fails, nothing is forgotten, nothing grows. No state. */
final class ReloadVerdicts {
    private static final double RATE_TOLERANCE = 0.03;
    private static final double MOST_LOST = 0.001;
    /** Of what was known just before a reload; what passes its ceiling meanwhile is no longer counted. */
    private static final double LEAST_REMEMBERED = 0.95;

    private static final double TIME_WAIT_TOLERANCE = 0.01;
    /**
     * Some may end between two looks. The ledgers may have more: where the server's FIN came in the same moment as ours they keep the
     * four-tuple as if TIME_WAIT were here.
     */
    private static final long TIME_WAIT_SLACK = 2;

    private static final int DESCRIPTOR_SLACK = 2;

    private ReloadVerdicts() {}

    static List<Verdict> of(ReloadResult result) {
        List<Verdict> verdicts = new ArrayList<>();
        verdicts.add(reloads(result));
        verdicts.add(requests(result));
        verdicts.add(rate(result));
        verdicts.add(Verdict.of(
                result.steady().failures().isEmpty() && result.steady().opened() > 0,
                "no connection that lives through reloads is harmed",
                "%,d ended in order after %,d blocks, otherwise %s",
                result.steady().opened(),
                result.steady().blocks(),
                result.steady().failures()));
        verdicts.add(ledgers(result));
        verdicts.add(ages(result.observed()));
        verdicts.add(resets(result.observed()));
        verdicts.add(Verdict.of(
                result.atEnd().leased() == 0,
                "no lease is lost",
                "%,d connections to servers when everybody had gone, after %,d leases",
                result.atEnd().leased(),
                result.atEnd().leases()));
        long inKernel = result.kernelTimeWait();
        long inLedger = result.atEnd().timeWait();
        verdicts.add(Verdict.of(
                inKernel > 0 && inKernel <= inLedger + TIME_WAIT_SLACK + (long) (TIME_WAIT_TOLERANCE * inKernel),
                "the kernel holds no TIME_WAIT that the ledgers have forgotten",
                "%,d in the kernel, %,d by the ledgers",
                inKernel,
                inLedger));
        verdicts.add(Verdict.of(
                result.descriptorsAfter() <= result.descriptorsBefore() + DESCRIPTOR_SLACK,
                "descriptors are flat",
                "%,d before the first reload, %,d after the last one",
                result.descriptorsBefore(),
                result.descriptorsAfter()));
        return verdicts;
    }

    private static Verdict reloads(ReloadResult result) {
        List<ReloadReport> all = result.reloads();
        long refused = all.stream()
                .filter(one -> one.step().written().refusal().isPresent())
                .count();
        return Verdict.of(
                all.size() == result.plan().reloads() && all.stream().allMatch(ReloadReport::isAsExpected),
                "every reload applies or is refused as its file asks for, and says so",
                "%,d applied and %,d refused, in at most %,d ms; otherwise %s",
                all.size() - refused,
                refused,
                all.stream().mapToLong(ReloadReport::tookMillis).max().orElse(0),
                all.stream()
                        .filter(one -> !one.isAsExpected())
                        .map(one -> one.step().number() + ": " + one.trouble())
                        .toList());
    }

    private static Verdict requests(ReloadResult result) {
        LoadReport single = result.single();
        LoadReport kept = result.kept();
        return Verdict.of(
                single.failed() + kept.failed() + single.notStarted() + kept.notStarted() == 0,
                "no request fails",
                "%,d on connections of their own, %,d failed %s; %,d on kept ones, %,d failed %s; %,d not started",
                single.done(),
                single.failed(),
                single.failures(),
                kept.done(),
                kept.failed(),
                kept.failures(),
                single.notStarted() + kept.notStarted());
    }

    private static Verdict rate(ReloadResult result) {
        double served = result.single().rate() + result.kept().rate();
        double asked = result.plan().perSecond();
        return Verdict.of(
                served >= asked * (1 - RATE_TOLERANCE) && result.isUnderLoad(),
                "what is asked for is served, from the first reload to the last",
                "%,.0f/s of %,.0f/s%s",
                served,
                asked,
                result.isUnderLoad() ? "" : "; the last reload came too late");
    }

    private static Verdict ledgers(ReloadResult result) {
        boolean forwards = result.reloads().stream()
                .allMatch(one -> one.after().leases() >= one.before().leases());
        double remembered = result.reloads().stream()
                .mapToDouble(ReloadReport::remembered)
                .min()
                .orElse(0);
        long known = result.reloads().stream()
                .mapToLong(one -> one.before().known())
                .max()
                .orElse(0);
        return Verdict.of(
                forwards && remembered >= LEAST_REMEMBERED && known > 0,
                "the ledgers survive every reload",
                "up to %,d four-tuples known before a reload, at least %.1f %% of them after it; the count of leases %s",
                known,
                remembered * 100,
                forwards ? "never falls" : "falls");
    }

    private static Verdict ages(ObserverReport observed) {
        boolean isYoung =
                observed.reuses() > 0 && observed.youngestNanos() < ConfigurationText.LEAST_FLOOR_MILLIS * 1_000_000;
        return Verdict.of(
                !isYoung && observed.lostShare() <= MOST_LOST,
                "no four-tuple is reused below the floor of " + ConfigurationText.LEAST_FLOOR_MILLIS + " ms",
                "youngest of %,d reuses observed %.3f s, %.4f %% of the segments lost",
                observed.reuses(),
                Math.max(0, observed.youngestNanos()) / 1e9,
                observed.lostShare() * 100);
    }

    /** A FIN that the server sends again may cross the last ACK: then there is no socket any more, and the kernel answers with RST. */
    private static Verdict resets(ObserverReport observed) {
        return Verdict.of(
                observed.clientRsts() <= observed.serverFinRetransmits(),
                "the proxy resets no connection to a server",
                "%,d RST, %,d FIN that the server sent again",
                observed.clientRsts(),
                observed.serverFinRetransmits());
    }
}
