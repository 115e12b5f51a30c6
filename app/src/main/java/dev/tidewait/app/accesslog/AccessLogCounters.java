package dev.tidewait.app.accesslog;

import java.util.concurrent.atomic.LongAdder;

/** What became of the lines since the start. Any thread. */
public final class AccessLogCounters {
    final LongAdder written = new LongAdder();
    final LongAdder dropped = new LongAdder();
    final LongAdder failed = new LongAdder();

    /** Lines that are in the file, or wherever they go. */
    public long written() {
        return written.sum();
    }

    /** Lines that were not made because {@link AccessLogWriter#MOST_WAITING} were in line already. */
    public long dropped() {
        return dropped.sum();
    }

    /** Lines that could not be written, as with a full disk. */
    public long failed() {
        return failed.sum();
    }
}
