package dev.tidewait.app.reap;

import dev.tidewait.hook.reap.ReapLoop;
import dev.tidewait.hook.reap.ReapSnapshot;
import dev.tidewait.hook.reap.Reaper;
import dev.tidewait.linux.CpuTime;
import java.io.PrintWriter;

/** Says on stderr how it goes: one line that is written over once a second at a terminal, else a line each 10 s. Owned by one thread. */
public final class ReapProgress implements ReapLoop.Watcher {
    private static final long TERMINAL_NANOS = 1_000_000_000L;
    private static final long LINE_NANOS = 10_000_000_000L;
    /** Back to the first column, and clear the line (ECMA-48). */
    private static final String OVERWRITE = "\r\u001b[K";

    private final PrintWriter err;
    private final boolean terminal;
    private final long beganNanos;
    private final long beganCpuNanos;
    private long toldNanos;
    private long toldDestroyed;
    private boolean lineOpen;

    /**
     * Time and CPU time count from now.
     *
     * @param nowNanos of {@link System#nanoTime()}
     */
    public ReapProgress(PrintWriter err, boolean terminal, long nowNanos) {
        this.err = err;
        this.terminal = terminal;
        beganNanos = nowNanos;
        toldNanos = nowNanos;
        beganCpuNanos = CpuTime.ofThisProcessNanos();
    }

    @Override
    public void look(Reaper reaper, long nowNanos) {
        long spanNanos = nowNanos - toldNanos;
        if (spanNanos < (terminal ? TERMINAL_NANOS : LINE_NANOS)) {
            return;
        }
        ReapSnapshot snapshot = reaper.snapshot();
        String line = report(snapshot, nowNanos).progress((snapshot.destroyed() - toldDestroyed) / (spanNanos / 1e9));
        if (terminal) {
            err.print(OVERWRITE + line);
            err.flush();
            lineOpen = true;
        } else {
            err.println(line);
        }
        toldNanos = nowNanos;
        toldDestroyed = snapshot.destroyed();
    }

    /** The report until now; ends an open line. */
    public ReapReport end(ReapSnapshot snapshot, long nowNanos) {
        if (lineOpen) {
            err.print(OVERWRITE);
            err.flush();
        }
        return report(snapshot, nowNanos);
    }

    private ReapReport report(ReapSnapshot snapshot, long nowNanos) {
        return new ReapReport(
                (nowNanos - beganNanos) / 1e9, (CpuTime.ofThisProcessNanos() - beganCpuNanos) / 1e9, snapshot);
    }
}
