package dev.tidewait.lab;

import dev.tidewait.lab.campus.Fate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** What {@code lab campus} claims of a run: nothing fails that is ours, nothing grows. No state. */
final class CampusVerdicts {
    /** From the second quarter to the last one. */
    private static final double MOST_GROWTH = 0.10;

    private static final long HEAP_SLACK_BYTES = 4L << 20;
    private static final long RESIDENT_SLACK_BYTES = 24L << 20;
    private static final long DESCRIPTOR_SLACK = 100;
    private static final double MEGABYTE = 1 << 20;

    private CampusVerdicts() {}

    static List<Verdict> of(CampusResult result) {
        List<Verdict> verdicts = new ArrayList<>();
        CampusPlan plan = result.plan();
        CampusCount count = result.count();
        verdicts.add(Verdict.of(
                count.failed() == 0 && count.notBegun() == 0 && count.open() == 0,
                "every visit ends as its destination was asked to end it",
                "%,d visits, %,d otherwise %s, %,d not begun, %,d without an end",
                count.visits(),
                count.failed(),
                count.failures(),
                count.notBegun(),
                count.open()));
        int kinds = plan.ways().size() * Fate.values().length;
        long destinations = last(result).destinations();
        verdicts.add(Verdict.of(
                count.kinds().size() == kinds && destinations >= plan.destinations(),
                String.format(Locale.ROOT, "all endings are met, at %,d destinations at least", plan.destinations()),
                "%d of %d kinds of visits, ledgers for %,d destinations",
                count.kinds().size(),
                kinds,
                destinations));
        verdicts.add(Verdict.of(
                result.user() != 0 && result.capabilities() == 0,
                "the proxy is an ordinary user's",
                "user %d, capabilities %x",
                result.user(),
                result.capabilities()));
        verdicts.add(Verdict.of(
                result.origin().otherErrors() == 0,
                "the servers get only what was sent",
                "%,d answered, %,d errors",
                result.origin().answered(),
                result.origin().otherErrors()));
        verdicts.add(heap(result));
        verdicts.add(flat("memory", result, CampusSample::residentBytes, RESIDENT_SLACK_BYTES, MEGABYTE, "MB"));
        verdicts.add(flat("descriptors", result, CampusSample::descriptors, DESCRIPTOR_SLACK, 1, "open"));
        verdicts.add(Verdict.of(
                destinations <= plan.everything(),
                "there is a ledger for each destination and none for anything else",
                "%,d ledgers, %,d destinations, those that refuse or are silent included",
                destinations,
                plan.everything()));
        verdicts.add(Verdict.of(
                result.leasedAtEnd() == 0,
                "no lease is lost",
                "%,d connections to servers when everybody had gone",
                result.leasedAtEnd()));
        return verdicts;
    }

    private static Verdict heap(CampusResult result) {
        long before = result.liveHeapBytes().get(1);
        long after = result.liveHeapBytes().getLast();
        return Verdict.of(
                after <= bound((double) before, HEAP_SLACK_BYTES),
                String.format(
                        Locale.ROOT,
                        "the live heap is flat (at most + %.0f %% and %d MB from the 2nd quarter's end to the last's)",
                        MOST_GROWTH * 100,
                        HEAP_SLACK_BYTES >> 20),
                "%s MB after a full collection at the end of each quarter",
                result.liveHeapBytes().stream()
                        .map(bytes -> String.format(Locale.ROOT, "%.1f", bytes / MEGABYTE))
                        .toList());
    }

    /** Means over the second and the last quarter compared. */
    private static Verdict flat(
            String what,
            CampusResult result,
            ToLongFunction<CampusSample> value,
            long slack,
            double unit,
            String name) {
        double before = mean(result, 0.25, 0.5, value);
        double after = mean(result, 0.75, 1, value);
        return Verdict.of(
                after <= bound(before, slack),
                String.format(
                        Locale.ROOT,
                        "%s: flat (at most + %.0f %% and %.0f %s from the 2nd quarter to the last)",
                        what,
                        MOST_GROWTH * 100,
                        slack / unit,
                        name),
                "%,.1f, then %,.1f %s",
                before / unit,
                after / unit,
                name);
    }

    private static double bound(double before, long slack) {
        return before * (1 + MOST_GROWTH) + slack;
    }

    private static double mean(CampusResult result, double from, double to, ToLongFunction<CampusSample> value) {
        double length = last(result).second(); // on a busy machine more than was planned
        return result.samples().stream()
                .filter(sample -> sample.second() >= from * length && sample.second() <= to * length)
                .mapToLong(value)
                .average()
                .orElseThrow(() -> new LabException("no sample in a quarter of the run: take shorter intervals"));
    }

    private static CampusSample last(CampusResult result) {
        return result.samples().getLast();
    }
}
