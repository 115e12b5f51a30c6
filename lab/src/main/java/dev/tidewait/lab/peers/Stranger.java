package dev.tidewait.lab.peers;

import dev.tidewait.lab.CellNames;
import dev.tidewait.lab.Verdict;
import dev.tidewait.lab.program.PeerProgram;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code lab peers --stranger}: one program after the other, then the SIGKILL. Used by one thread. */
final class Stranger {
    private static final List<PeerProgram> PROXIES =
            List.of(PeerProgram.NGINX_HTTP, PeerProgram.HAPROXY, PeerProgram.SQUID);
    private static final String PYTHON = "python";
    private static final String KILL = "kill";

    private final StrangerPlan plan;
    private final PrintWriter progress;
    private final List<StrangerResult> results = new ArrayList<>();
    private final List<Verdict> verdicts = new ArrayList<>();
    private Optional<KillResult> kill = Optional.empty();

    /** @param progress told of each as it comes */
    Stranger(StrangerPlan plan, PrintWriter progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /** What can be asked for by name. */
    static List<String> names() {
        List<String> names = new ArrayList<>();
        PROXIES.forEach(program -> names.add(program.toString()));
        names.addAll(List.of(PYTHON, KILL));
        return List.copyOf(names);
    }

    void run(CellNames wanted) {
        StrangerRun run = new StrangerRun(plan);
        for (PeerProgram program : PROXIES) {
            if (wanted.matches(program.toString())) {
                note(run.run(program));
            }
        }
        if (wanted.matches(PYTHON)) {
            note(run.runPython());
        }
        if (wanted.matches(KILL)) {
            KillResult result = new KillRun(plan, KillRun.AFTERWARDS).run();
            kill = Optional.of(result);
            print(StrangerVerdicts.of(result));
        }
    }

    List<Verdict> verdicts() {
        return List.copyOf(verdicts);
    }

    String json() {
        return StrangerJson.of(results, kill, verdicts);
    }

    private void note(StrangerResult result) {
        results.add(result);
        progress.printf(
                Locale.ROOT,
                "%s: %,d at %,.0f/s of %,.0f/s, %,d failed%s%n",
                result.program(),
                result.done(),
                result.perSecond(),
                result.asked(),
                result.failed(),
                result.asked() < plan.perSecond() ? " (this machine does not carry more through it)" : "");
        print(StrangerVerdicts.of(result));
    }

    private void print(List<Verdict> some) {
        verdicts.addAll(some);
        Verdict.print(some, progress);
        progress.flush();
    }
}
