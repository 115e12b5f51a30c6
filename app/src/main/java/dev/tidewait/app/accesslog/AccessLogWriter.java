package dev.tidewait.app.accesslog;

import dev.tidewait.proxy.facts.AccessLog;
import dev.tidewait.proxy.facts.ExchangeRecord;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes records from a bounded queue on a thread of its own. Any thread.
 *
 * <p>An event loop makes a record and puts it into the queue, nothing else: it never formats, waits or wakes anybody. The writer looks
 * every {@value #LOOK_MILLIS} ms, or is woken where the queue is half full, and writes what it finds at once, so a line is in its file
 * long before a second has passed. Between two batches of {@value #BATCH_BYTES} bytes it looks after everything else, so a place that is
 * slower than the records keeps it from nothing. Where {@value #MOST_WAITING} records wait, further ones are dropped and counted; a disk
 * that is full costs lines, counted too, and nothing else. Both are said in the log of the program when they begin and when they are over.
 *
 * <p>Memory: at most {@value #MOST_WAITING} records, 17 MB if every text in them were as long as is allowed, 3 MB as a rule.
 */
public final class AccessLogWriter implements AccessLog, AutoCloseable {
    static final int MOST_WAITING = 8_192;
    static final int LOOK_MILLIS = 100;
    private static final int HALF_FULL = MOST_WAITING / 2;
    /** A batch is written when it has grown to this, whatever is still in line. */
    private static final int BATCH_BYTES = 64 * 1024;

    private static final long LOOK_FOR_MOVE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long CLOSE_MILLIS = 2_000;

    private static final Logger LOG = LoggerFactory.getLogger(AccessLogWriter.class);

    private final RecordQueue queue = new RecordQueue(MOST_WAITING);
    private final AccessLogCounters counters = new AccessLogCounters();
    private final LineBuffer lines = new LineBuffer();
    private volatile @Nullable LogSink wanted;
    private volatile boolean reopen;
    private volatile boolean closing;
    private @Nullable Thread thread;

    // Of the writer's thread.
    private volatile @Nullable LogSink current;

    private long lookedNanos;
    private String why = "";
    private final Trouble full = new Trouble(
            LOG,
            "the access log cannot keep up, so lines are dropped and counted (tidewait_access_log_lost_lines); use a faster"
                    + " disk, or accessLog: off");
    private final Trouble broken = new Trouble(
            LOG,
            "the access log cannot be written, so lines are lost and counted (tidewait_access_log_lost_lines); make room, or choose"
                    + " another accessLog.file");

    /**
     * Writes to this from now on; what waits already still goes where it went before. Waits until that is done, but for no longer than
     * {@value #CLOSE_MILLIS} ms.
     *
     * @param next empty = the log is off
     */
    public synchronized void use(Optional<LogSink> next) {
        LogSink sink = next.orElse(null);
        wanted = sink;
        if (next.isPresent() && thread == null) {
            Thread fresh =
                    Thread.ofPlatform().daemon().name("tidewait-access-log").unstarted(this::run);
            thread = fresh;
            fresh.start();
        }
        long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS);
        while (current != sink && System.nanoTime() < deadlineNanos) {
            LockSupport.unpark(thread);
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    @Override
    public boolean isOn() {
        return wanted != null;
    }

    @Override
    public void write(ExchangeRecord exchange) {
        if (!queue.offer(exchange)) {
            counters.dropped.increment();
        } else if (queue.size() == HALF_FULL) {
            LockSupport.unpark(thread);
        }
    }

    public AccessLogCounters counters() {
        return counters;
    }

    /** The file was renamed: opens it anew. */
    public void reopen() {
        reopen = true;
        LockSupport.unpark(thread);
    }

    /** Writes what is in line and ends, within {@value #CLOSE_MILLIS} ms even if nobody reads the other end. */
    @Override
    public void close() {
        closing = true;
        Thread running = thread;
        if (running != null) {
            LockSupport.unpark(running);
            try {
                running.join(CLOSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // what is in line may be lost
            }
        }
        wanted = null;
    }

    private void run() {
        while (true) {
            boolean last = closing;
            LogSink next = wanted;
            if (next != current) {
                if (current != null) {
                    writeWaiting();
                }
                closeTarget();
                current = next;
            }
            lookAfterTarget();
            if (last) {
                writeWaiting();
            } else {
                writeBatch(MOST_WAITING);
            }
            long now = System.nanoTime();
            full.look(counters.dropped(), "", now);
            broken.look(counters.failed(), why, now);
            if (last) {
                closeTarget();
                full.end();
                broken.end();
                return;
            }
            if (queue.size() == 0) {
                LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
            }
        }
    }

    /** Writes what is in line now, and not what comes meanwhile: where the place is slower than the records that would never end. */
    private void writeWaiting() {
        int waiting = queue.size();
        int taken = 1;
        while (waiting > 0 && taken > 0) {
            taken = writeBatch(waiting);
            waiting -= taken;
        }
    }

    /** Writes at most so many records, and no more than a batch. Returns how many it took out of the line. */
    private int writeBatch(int most) {
        LogSink to = current;
        int taken = 0;
        int count = 0;
        lines.clear();
        while (taken < most && lines.length() < BATCH_BYTES) {
            ExchangeRecord next = queue.poll();
            if (next == null) {
                break;
            }
            taken++;
            count += to == null || !format(to, next) ? 0 : 1;
        }
        if (to != null && count > 0) {
            write(to, count);
        }
        return taken;
    }

    private boolean format(LogSink to, ExchangeRecord exchange) {
        int before = lines.length();
        try {
            to.format().write(exchange, lines);
            return true;
        } catch (RuntimeException e) {
            lines.cut(before);
            counters.failed.increment();
            LOG.error("cannot write a line of the access log for {}", exchange, e);
            return false;
        }
    }

    private void write(LogSink to, int count) {
        try {
            to.target().write(lines.content());
            counters.written.add(count);
        } catch (IOException e) {
            counters.failed.add(count);
            why = to.section().file() + ": " + e.getMessage();
        }
    }

    private void lookAfterTarget() {
        LogSink at = current;
        long now = System.nanoTime();
        boolean asked = reopen;
        if (at == null || !(asked || now - lookedNanos >= LOOK_FOR_MOVE_NANOS)) {
            return;
        }
        lookedNanos = now;
        reopen = false;
        if (asked || at.target().isMoved()) {
            try {
                at.target().reopen();
                LOG.info("the access log {} was opened anew", at.section().file());
            } catch (IOException e) {
                LOG.warn(
                        "the access log {} cannot be opened anew ({}); lines go where they went before",
                        at.section().file(),
                        e.toString());
            }
        }
    }

    private void closeTarget() {
        LogSink done = current;
        current = null;
        if (done != null) {
            try {
                done.target().close();
            } catch (IOException e) {
                LOG.warn(
                        "the access log {} could not be closed: {}",
                        done.section().file(),
                        e.toString());
            }
        }
    }
}
