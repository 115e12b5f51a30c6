package dev.tidewait.proxy;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;

/** At most 5 warnings in 10 s; the first one after that says how many were left out. Any thread. */
final class RateLimitedLog {
    private static final int LINES_PER_WINDOW = 5;
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Logger log;
    private long windowStartNanos;
    private int linesInWindow;
    private long suppressed;

    RateLimitedLog(Logger log) {
        this.log = log;
    }

    void warn(long nowNanos, Supplier<String> text) {
        long leftOut;
        synchronized (this) {
            if (linesInWindow == 0 || nowNanos - windowStartNanos >= WINDOW_NANOS) {
                windowStartNanos = nowNanos;
                linesInWindow = 0;
            }
            if (linesInWindow == LINES_PER_WINDOW) {
                suppressed++;
                return;
            }
            linesInWindow++;
            leftOut = suppressed;
            suppressed = 0;
        }
        log.warn(leftOut == 0 ? text.get() : text.get() + " (" + leftOut + " more like this were not logged)");
    }
}
