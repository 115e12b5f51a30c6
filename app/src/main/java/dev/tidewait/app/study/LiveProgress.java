package dev.tidewait.app.study;

import dev.tidewait.evidence.late.AgeCounts;
import dev.tidewait.evidence.live.LiveEnding;
import dev.tidewait.evidence.live.LiveSnapshot;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** How a live watch goes: one line on a terminal, written over once a second. Used by one thread. */
public final class LiveProgress {
    /** Back to the first column, and clear the line (ECMA-48). */
    private static final String OVERWRITE = "\r\u001b[K";

    private final PrintWriter err;
    private final boolean terminal;
    private boolean lineOpen;

    public LiveProgress(PrintWriter err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    /** Whether there is somebody to show it to. */
    public boolean isShown() {
        return terminal;
    }

    public void show(LiveSnapshot seen, Duration length) {
        if (!terminal) {
            return;
        }
        AgeCounts late = seen.late(ending -> true).all();
        err.print(OVERWRITE
                + String.format(
                        Locale.ROOT,
                        "%,.0f of %,d s: %s ended, %s",
                        seen.nanos() / 1e9,
                        length.toSeconds(),
                        Words.counted(seen.ended(ending -> ending != LiveEnding.BEFORE_US), "connection"),
                        Words.counted(late.total(), "late segment")));
        err.flush();
        lineOpen = true;
    }

    /** Takes the line away. */
    public void end() {
        if (lineOpen) {
            err.print(OVERWRITE);
            err.flush();
        }
    }
}
