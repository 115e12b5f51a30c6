package dev.tidewait.app.accesslog;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/** Something that goes wrong again and again: said when it begins, and with its extent when it has been over for a while. Owned by one thread. */
final class Trouble {
    private static final long OVER_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Logger log;
    private final String text;
    private boolean going;
    private long seen;
    private long before;
    private long lastNanos;

    /** @param text what goes wrong, and what to do */
    Trouble(Logger log, String text) {
        this.log = log;
        this.text = text;
    }

    /**
     * To be called now and then.
     *
     * @param lines lost by it since the start
     * @param detail what else is known; may be empty
     */
    void look(long lines, String detail, long nowNanos) {
        if (lines > seen) {
            if (!going) {
                going = true;
                before = seen;
                log.warn(detail.isEmpty() ? text : text + ": " + detail);
            }
            seen = lines;
            lastNanos = nowNanos;
        } else if (going && nowNanos - lastNanos >= OVER_NANOS) {
            end();
        }
    }

    /** Says how much it was, if it has not been said. */
    void end() {
        if (going) {
            going = false;
            log.warn("the access log has lost {} lines; that is over now", seen - before);
        }
    }
}
