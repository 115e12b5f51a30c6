package dev.tidewait.lab.peers;

import dev.tidewait.lab.Verdict;
import java.util.ArrayList;
import java.util.List;

/** What {@code lab peers --stranger} claims. No state. */
final class StrangerVerdicts {
    private static final double CHOSEN = 0.99;

    private StrangerVerdicts() {}

    static List<Verdict> of(StrangerResult result) {
        return List.of(
                Verdict.of(
                        result.failed() == 0 && result.done() > 0,
                        result.program() + " under run without any option fails nothing",
                        "%,d failed of %,d at %,.0f/s %s",
                        result.failed(),
                        result.done() + result.failed(),
                        result.perSecond(),
                        result.failed() == 0 ? "" : result.causes()),
                Verdict.of(
                        result.hook().chosenShare() >= CHOSEN,
                        "at least 0.99 of its connects got a port of Tidewait's",
                        "%.3f %%: %,d of %,d, %,d by the kernel%s, %,d left alone",
                        100 * result.hook().chosenShare(),
                        result.hook().chosen(),
                        result.hook().all(),
                        result.hook().kernelChose(),
                        result.hook().noPort().isEmpty()
                                ? ""
                                : " " + result.hook().noPort(),
                        result.hook().leftAlone()),
                untouched(result.bystander(), "a process outside is untouched"));
    }

    static List<Verdict> of(KillResult result) {
        List<Verdict> verdicts = new ArrayList<>();
        verdicts.add(Verdict.of(
                result.runningFailed() == 0 && result.running() > 0,
                "SIGKILL of tidewait run under load costs no running connection",
                "%,d failed of %,d",
                result.runningFailed(),
                result.running() + result.runningFailed()));
        verdicts.add(Verdict.of(
                result.failed() == 0 && result.done() > 0,
                "and the program goes on",
                "%,d failed of %,d before it and after",
                result.failed(),
                result.done() + result.failed()));
        verdicts.add(untouched(
                result.bystander(),
                "and a process outside is untouched, also in the " + KillRun.AFTERWARDS.toSeconds() + " s after it"));
        return verdicts;
    }

    private static Verdict untouched(Bystander.Count bystander, String claim) {
        return Verdict.of(
                bystander.failed() == 0 && bystander.done() > 0,
                claim,
                "%,d failed of %,d %s",
                bystander.failed(),
                bystander.done() + bystander.failed(),
                bystander.firstFailure());
    }
}
