package dev.tidewait.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code lab crowd} claims of a run. No state. */
final class CrowdVerdicts {
    /** Of the live heap, for each client that does nothing. */
    static final long MOST_IDLE_BYTES = 16 << 10;

    /** Of resident memory, for each client or server that takes its time: what the relay may hold for both directions. */
    static final long MOST_SLOW_BYTES = 512 << 10;

    private static final double MOST_P99_GROWTH = 2;
    private static final double MOST_GROWTH_IN_PHASE = 0.10;
    private static final long GROWTH_SLACK_BYTES = 32L << 20;
    private static final int DESCRIPTOR_SLACK = 50;
    private static final double KILOBYTE = 1 << 10;

    private CrowdVerdicts() {}

    static List<Verdict> of(CrowdResult result) {
        List<Verdict> verdicts = new ArrayList<>();
        CrowdPlan plan = result.plan();
        long failed = 0;
        long done = 0;
        long lost = 0;
        long members = 0;
        double idleBytes = 0;
        double slowBytes = 0;
        boolean isBounded = true;
        boolean isFreed = true;
        for (CrowdRound round : result.rounds()) {
            failed += round.without().failed() + round.without().notStarted();
            failed += round.with().failed() + round.with().notStarted();
            done += round.without().done() + round.with().done();
            for (Crowd.Report report : round.crowd()) {
                lost += report.lost();
                members += report.members();
            }
            idleBytes = Math.max(
                    idleBytes,
                    (double) (round.idle().liveHeapBytes() - round.alone().liveHeapBytes()) / plan.idle());
            slowBytes = Math.max(
                    slowBytes,
                    (double) (round.full().residentBytes() - round.idle().residentBytes()) / plan.slow());
            isBounded &= round.later().residentBytes()
                    <= round.full().residentBytes() * (1 + MOST_GROWTH_IN_PHASE) + GROWTH_SLACK_BYTES;
            isFreed &= round.left().descriptors() <= round.alone().descriptors() + DESCRIPTOR_SLACK;
        }
        verdicts.add(Verdict.of(
                failed == 0, "no other client fails", "%,d connections, %,d failed or not started", done, failed));
        verdicts.add(Verdict.of(
                lost == 0
                        && members
                                == (long) (plan.idle() + plan.slow())
                                        * result.rounds().size(),
                "the crowd is there all the time",
                "%,d came in all rounds, %,d were sent away",
                members,
                lost));
        verdicts.add(Verdict.of(
                idleBytes <= MOST_IDLE_BYTES,
                String.format(Locale.ROOT, "an idle client costs at most %d KB of heap", MOST_IDLE_BYTES >> 10),
                "%.1f KB of live heap for each of %,d",
                idleBytes / KILOBYTE,
                plan.idle()));
        verdicts.add(Verdict.of(
                slowBytes <= MOST_SLOW_BYTES && isBounded,
                String.format(
                        Locale.ROOT,
                        "whoever takes his time costs at most %d KB of memory, and no more later",
                        MOST_SLOW_BYTES >> 10),
                "%.1f KB for each of %,d; %s",
                slowBytes / KILOBYTE,
                plan.slow(),
                isBounded ? "the same at the end of each phase" : "more at the end of a phase"));
        verdicts.add(Verdict.of(
                isFreed, "what the crowd held is given back", "%s descriptors before and after", descriptors(result)));
        long without = result.p99MicrosWithout();
        long with = result.p99MicrosWith();
        verdicts.add(Verdict.of(
                with <= MOST_P99_GROWTH * without,
                "others' p99 at most doubles",
                "%.2f ms without the crowd, %.2f ms beside it, medians of %d rounds",
                without / 1e3,
                with / 1e3,
                plan.rounds()));
        return verdicts;
    }

    private static List<String> descriptors(CrowdResult result) {
        return result.rounds().stream()
                .map(round -> round.alone().descriptors() + "/" + round.left().descriptors())
                .toList();
    }
}
