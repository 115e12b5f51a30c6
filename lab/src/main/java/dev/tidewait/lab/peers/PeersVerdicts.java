package dev.tidewait.lab.peers;

import dev.tidewait.lab.Verdict;
import dev.tidewait.lab.product.HookCount;
import dev.tidewait.lab.program.PeerProgram;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@code lab peers} claims; each claim for which the cells were measured. Used by one thread. */
final class PeersVerdicts {
    private static final double TIMES_AS_SHIPPED = 20;
    private static final double SHARE_OF_EXPLICIT = 0.9;
    private static final double MOST_LEFT_TO_KERNEL = 0.001;
    private static final double SHARE_OF_POSSIBLE = 0.95;
    private static final double TIMES_QUIET = 3;
    private static final double MOST_CPU = 0.08;

    private final Map<PeerCell, PeerOutcome> outcomes = new HashMap<>();
    private final PortPlan ports;
    private final List<Verdict> verdicts = new ArrayList<>();

    private PeersVerdicts(List<PeerOutcome> outcomes, PortPlan ports) {
        outcomes.forEach(outcome -> this.outcomes.put(outcome.cell(), outcome));
        this.ports = ports;
    }

    static List<Verdict> of(List<PeerOutcome> outcomes, PortPlan ports) {
        PeersVerdicts judge = new PeersVerdicts(outcomes, ports);
        judge.asShipped();
        judge.longRun();
        outcomes.forEach(judge::underRun);
        judge.aboveTheLimit();
        judge.reaped(Demand.PACED);
        judge.reaped(Demand.FAST);
        return List.copyOf(judge.verdicts);
    }

    private Optional<PeerOutcome> nginx(SetUp setUp, boolean timestamps, Demand demand) {
        return Optional.ofNullable(outcomes.get(new PeerCell(PeerProgram.NGINX_STREAM, setUp, timestamps, demand)));
    }

    /** Without this the others would show nothing. */
    private void asShipped() {
        // In 15 s the outage may not have come yet: the long cell knows better.
        nginx(SetUp.AS_SHIPPED, true, Demand.FULL)
                .map(full -> nginx(SetUp.AS_SHIPPED, true, Demand.LONG).orElse(full))
                .ifPresent(outcome -> verdicts.add(Verdict.of(
                        outcome.failed() > 0 && outcome.outages() > 0,
                        "nginx as shipped runs out of ports",
                        "%,d failed, nothing done in %d s",
                        outcome.failed(),
                        outcome.outages())));
    }

    private void longRun() {
        Optional<PeerOutcome> run = nginx(SetUp.RUN, true, Demand.LONG);
        Optional<PeerOutcome> shipped = nginx(SetUp.AS_SHIPPED, true, Demand.LONG);
        Optional<PeerOutcome> explicit = Optional.ofNullable(outcomes.get(PeerCell.LONG.getLast()));
        if (run.isEmpty()) {
            return;
        }
        double perSecond = run.get().perSecond();
        shipped.ifPresent(outcome -> verdicts.add(Verdict.of(
                perSecond >= TIMES_AS_SHIPPED * outcome.perSecond(),
                "unmodified nginx under run does at least 20 × its own average as shipped",
                "%,.0f/s and %,.0f/s: %.1f ×",
                perSecond,
                outcome.perSecond(),
                perSecond / outcome.perSecond())));
        explicit.ifPresent(outcome -> verdicts.add(Verdict.of(
                perSecond >= SHARE_OF_EXPLICIT * outcome.perSecond(),
                "and at least 0.90 × HAProxy with explicit source ports",
                "%,.0f/s and %,.0f/s: %.2f ×",
                perSecond,
                outcome.perSecond(),
                perSecond / outcome.perSecond())));
        double leftToKernel = run.get().hook().map(HookCount::kernelShare).orElse(1.0);
        verdicts.add(Verdict.of(
                leftToKernel <= MOST_LEFT_TO_KERNEL,
                "and leaves at most one connect in a thousand to the kernel",
                "%.4f %%",
                100 * leftToKernel));
    }

    private void underRun(PeerOutcome outcome) {
        if (outcome.cell().setUp() == SetUp.RUN && isWithinPorts(outcome.cell().demand())) {
            verdicts.add(Verdict.of(
                    outcome.failed() == 0 && outcome.done() > 0,
                    "nothing fails in " + outcome.cell().name(),
                    "%,d failed of %,d %s",
                    outcome.failed(),
                    outcome.done() + outcome.failed(),
                    outcome.failed() == 0 ? "" : outcome.causes()));
        }
    }

    /** As fast as it goes is more than few ports allow: no program does 62,976/s here, but each does 2,000/s. */
    private boolean isWithinPorts(Demand demand) {
        return switch (demand) {
            case FULL, LONG -> ports.chosen() >= PortPlan.STANDARD.chosen();
            case ABOVE -> false;
            case BELOW, QUIET, PACED, FAST -> true;
        };
    }

    private void aboveTheLimit() {
        nginx(SetUp.RUN, false, Demand.ABOVE).ifPresent(outcome -> {
            double possible = Demand.possible(ports);
            verdicts.add(Verdict.of(
                    outcome.perSecond() >= SHARE_OF_POSSIBLE * possible,
                    "asked for 1.3 × ports ÷ floor without timestamps, nginx under run still does 0.95 × ports ÷ floor",
                    "%,.0f/s of %,.0f/s",
                    outcome.perSecond(),
                    possible));
            verdicts.add(Verdict.of(
                    outcome.failedAfterwards().orElse(-1) == 0,
                    "and is back to normal within one floor",
                    "%d failed later than %.0f s after it",
                    outcome.failedAfterwards().orElse(-1),
                    Demand.floorSeconds()));
        });
    }

    private void reaped(Demand demand) {
        Optional<PeerOutcome> beside = nginx(SetUp.REAP, true, demand);
        if (beside.isEmpty()) {
            return;
        }
        PeerOutcome outcome = beside.get();
        nginx(SetUp.AS_SHIPPED, true, demand)
                .ifPresent(alone -> verdicts.add(Verdict.of(
                        outcome.failed() == 0 && alone.failed() > 0 && alone.outages() > 0,
                        "with reap nothing fails at %,.0f/s, where nginx alone has an outage"
                                .formatted(outcome.asked()),
                        "%,d failed; alone %,d failed, nothing done in %d s",
                        outcome.failed(),
                        alone.failed(),
                        alone.outages())));
        nginx(SetUp.AS_SHIPPED, true, Demand.QUIET)
                .ifPresent(quiet -> verdicts.add(Verdict.of(
                        outcome.p99Micros() <= TIMES_QUIET * quiet.p99Micros(),
                        "and the p99 is at most 3 × that at 100/s",
                        "%.2f ms and %.2f ms",
                        outcome.p99Micros() / 1e3,
                        quiet.p99Micros() / 1e3)));
        double cpu = outcome.reaper().map(ReapCount::cpuShare).orElse(1.0);
        verdicts.add(Verdict.of(cpu <= MOST_CPU, "and reap needs at most 0.08 of a core", "%.1f %%", 100 * cpu));
    }
}
