package dev.tidewait.lab.race;

import static dev.tidewait.lab.race.Contestant.HAPROXY;
import static dev.tidewait.lab.race.Contestant.HAPROXY_EXPLICIT;
import static dev.tidewait.lab.race.Contestant.NGINX;
import static dev.tidewait.lab.race.Contestant.SQUID;
import static dev.tidewait.lab.race.Contestant.TIDEWAIT;

import dev.tidewait.lab.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What {@code lab race} claims of Tidewait; each claim for which the cells were measured. Used by one thread. */
final class RaceVerdicts {
    private static final String TIMES = " ×";
    private static final double SHARE_OF_ASKED = 0.999;

    private final RaceResults results;
    private final List<Verdict> verdicts = new ArrayList<>();

    private RaceVerdicts(RaceResults results) {
        this.results = results;
    }

    static List<Verdict> of(RaceResults results) {
        RaceVerdicts judge = new RaceVerdicts(results);
        judge.atLeast(Work.NEW_CLIENT_FIRST, HAPROXY_EXPLICIT, 0.90, 1.10);
        judge.atLeast(Work.NEW_SERVER_FIRST, HAPROXY_EXPLICIT, 0.90, 1.10);
        judge.atLeast(Work.NEW_LONG, NGINX, 25, 40);
        judge.atLeast(Work.NEW_LONG, HAPROXY, 25, 40);
        judge.doesAllThatIsAsked(Work.NO_TIMESTAMPS, true);
        judge.doesAllThatIsAsked(Work.NO_TIMESTAMPS_TWO_SOURCES, false);
        judge.latency();
        for (Work work :
                List.of(Work.NEW_CLIENT_FIRST, Work.NEW_SERVER_FIRST, Work.HTTP_EACH, Work.HTTP_REUSED, Work.TUNNELS)) {
            judge.machineTime(work);
        }
        judge.atLeast(Work.HTTP_REUSED, HAPROXY_EXPLICIT, 0.8, 1.0);
        judge.atLeast(Work.HTTP_EACH, SQUID, 5, 10);
        judge.atLeast(Work.BULK_ONE, HAPROXY_EXPLICIT, 0.9, 1.0);
        judge.atLeast(Work.BULK_HUNDRED, HAPROXY_EXPLICIT, 0.9, 1.0);
        judge.atMost(Work.IDLE_TUNNELS, Figure.IDLE_MIB, "resident memory before anybody came", 120, 80, " MiB");
        judge.atMost(Work.IDLE_TUNNELS, Figure.RESIDENT_MIB, "and with 8,000 idle tunnels", 200, 130, " MiB");
        judge.manyDestinations();
        judge.atMost(Work.START, Figure.START_MILLIS, Work.START.title(), 500, 300, " ms");
        judge.nothingFails();
        return List.copyOf(judge.verdicts);
    }

    /** Tidewait's rate against another's. */
    private void atLeast(Work work, Contestant other, double must, double goal) {
        ratio(new RaceCell(work, TIDEWAIT), new RaceCell(work, other), Figure.PER_SECOND)
                .ifPresent(ratio -> add(
                        work + ", " + work.title() + ", against " + other.title(),
                        Requirement.Sense.AT_LEAST,
                        ratio,
                        must,
                        goal));
    }

    private void machineTime(Work work) {
        ratio(new RaceCell(work, TIDEWAIT), new RaceCell(work, HAPROXY_EXPLICIT), Figure.MACHINE_MICROS)
                .ifPresent(ratio -> add(
                        work + ", the machine's CPU time for each, against " + HAPROXY_EXPLICIT.title(),
                        Requirement.Sense.AT_MOST,
                        ratio,
                        1.15,
                        1.0));
    }

    private void latency() {
        ratio(
                        new RaceCell(Work.CONNECT_COOLING, TIDEWAIT),
                        new RaceCell(Work.CONNECT_EMPTY, TIDEWAIT),
                        Figure.P99_MICROS)
                .ifPresent(ratio -> add(
                        "c, p99 in µs with 2,000 ports live and 8,000 cooling, against 10,000 free ones",
                        Requirement.Sense.AT_MOST,
                        ratio,
                        1.5,
                        1.2));
    }

    private void manyDestinations() {
        ratio(
                        new RaceCell(Work.DESTINATIONS, TIDEWAIT),
                        new RaceCell(Work.NEW_CLIENT_FIRST, TIDEWAIT),
                        Figure.PER_SECOND)
                .ifPresent(ratio -> add(
                        "h, " + Work.DESTINATIONS.title() + ", against its own (a)",
                        Requirement.Sense.AT_LEAST,
                        ratio,
                        0.85,
                        0.95));
    }

    private void atMost(Work work, Figure figure, String what, double must, double goal, String unit) {
        results.spread(new RaceCell(work, TIDEWAIT), figure)
                .ifPresent(spread -> verdicts.add(new Requirement(
                                work + ", " + what,
                                Requirement.Sense.AT_MOST,
                                spread.median(),
                                must,
                                goal,
                                unit,
                                String.format(Locale.ROOT, "%,.0f to %,.0f", spread.least(), spread.most()))
                        .verdict()));
    }

    /** An open loop that the ports just allow. */
    private void doesAllThatIsAsked(Work work, boolean isMust) {
        RaceCell cell = new RaceCell(work, TIDEWAIT);
        Optional<Spread> asked = results.spread(cell, Figure.ASKED_PER_SECOND);
        Optional<Spread> done = results.spread(cell, Figure.PER_SECOND);
        if (asked.isEmpty() || done.isEmpty()) {
            return;
        }
        boolean all = results.failed(cell) == 0
                && done.get().median() >= SHARE_OF_ASKED * asked.get().median();
        verdicts.add(Verdict.of(
                all || !isMust,
                work + ", " + work.title() + ": all of it, no failure" + (isMust ? "" : " (no must, a goal)"),
                "%,.0f/s of %,.0f/s, %,d failed of %,d%s",
                done.get().median(),
                asked.get().median(),
                results.failed(cell),
                results.failed(cell) + results.done(cell),
                isMust ? "" : all ? "; goal met" : "; goal missed"));
    }

    /** Speed with failures does not count. */
    private void nothingFails() {
        long done = 0;
        long failed = 0;
        List<String> failing = new ArrayList<>();
        for (RaceCell cell : results.cells()) {
            if (cell.contestant() == TIDEWAIT && cell.work() != Work.NO_TIMESTAMPS_TWO_SOURCES) {
                done += results.done(cell);
                failed += results.failed(cell);
                if (results.failed(cell) > 0) {
                    failing.add(cell.work().toString());
                }
            }
        }
        if (done + failed > 0) {
            verdicts.add(Verdict.of(
                    failed == 0,
                    "nothing fails with Tidewait, whatever the work",
                    "%,d done, %,d failed%s",
                    done,
                    failed,
                    failing.isEmpty() ? "" : " in " + String.join(", ", failing)));
        }
    }

    /** Of medians. Immutable. */
    private record Ratio(double value, double one, double other) {}

    private Optional<Ratio> ratio(RaceCell cell, RaceCell other, Figure figure) {
        Optional<Spread> ours = results.spread(cell, figure);
        Optional<Spread> theirs = results.spread(other, figure);
        if (ours.isEmpty() || theirs.isEmpty()) {
            return Optional.empty();
        }
        double one = ours.get().median();
        double two = theirs.get().median();
        // What is compared with nothing proves nothing: no limit is kept by that.
        return Optional.of(new Ratio(two == 0 ? Double.NaN : one / two, one, two));
    }

    private void add(String claim, Requirement.Sense sense, Ratio ratio, double must, double goal) {
        verdicts.add(new Requirement(
                        claim,
                        sense,
                        ratio.value,
                        must,
                        goal,
                        TIMES,
                        String.format(
                                Locale.ROOT,
                                ratio.one < 1_000 ? "%,.1f and %,.1f" : "%,.0f and %,.0f",
                                ratio.one,
                                ratio.other))
                .verdict());
    }
}
