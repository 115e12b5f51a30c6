package dev.tidewait.netty;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deadlines of one event loop that are hardly ever reached. Owned by that loop.
 *
 * <p>One timer rings for the earliest of them and is left alone when a deadline is taken back: it rings in vain then, as a rule once for the time that
 * a deadline lasts. So to set one and take it back costs a few references, and no place in the loop's queue of timers.
 *
 * <p>Hazard: a ring looks at all that are set. Where nothing answers these are thousands, due at ever other moments; so it rings again
 * {@link #GRAIN_MILLIS} later at the earliest, and a deadline may pass so much too late.
 */
final class Deadlines {
    /** What must have happened by a certain time. It has one deadline at most, of one event loop. */
    abstract static class Deadline {
        private @Nullable Deadline previous;
        private @Nullable Deadline next;
        private long atMillis;
        private boolean set;

        /** Whether it will pass if it is not taken back. */
        final boolean isSet() {
            return set;
        }

        /** It is too late; the deadline is not set any more. */
        abstract void passed();
    }

    private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);
    private static final long NEVER = Long.MAX_VALUE;
    static final long GRAIN_MILLIS = 16;

    private final EventLoop loop;
    private @Nullable Deadline first;
    private @Nullable ScheduledFuture<?> timer;
    private long ringsAtMillis = NEVER;
    private long rangAtMillis = Long.MIN_VALUE / 2;

    Deadlines(EventLoop loop) {
        this.loop = loop;
    }

    /** In place of the one that was set, if any. */
    void set(Deadline deadline, long atMillis) {
        takeBack(deadline);
        Deadline second = first;
        if (second != null) {
            second.previous = deadline;
        }
        deadline.next = second;
        deadline.atMillis = atMillis;
        deadline.set = true;
        first = deadline;
        ringBy(atMillis);
    }

    /** Nothing happens if it is not set. */
    void takeBack(Deadline deadline) {
        if (!deadline.set) {
            return;
        }
        Deadline before = deadline.previous;
        Deadline behind = deadline.next;
        if (before == null) {
            first = behind;
        } else {
            before.next = behind;
        }
        if (behind != null) {
            behind.previous = before;
        }
        deadline.previous = null;
        deadline.next = null;
        deadline.set = false;
    }

    private void ringBy(long deadlineMillis) {
        long atMillis = Math.max(deadlineMillis, rangAtMillis + GRAIN_MILLIS);
        if (atMillis >= ringsAtMillis) {
            return;
        }
        if (timer != null) {
            timer.cancel(false);
        }
        ringsAtMillis = atMillis;
        timer = loop.schedule(this::ring, Clock.nanosUntil(atMillis), TimeUnit.NANOSECONDS);
    }

    private void ring() {
        timer = null;
        ringsAtMillis = NEVER;
        long now = Clock.nowMillis();
        rangAtMillis = now;
        long earliest = NEVER;
        List<Deadline> due = new ArrayList<>();
        for (Deadline at = first; at != null; at = at.next) {
            if (at.atMillis <= now) {
                due.add(at);
            } else {
                earliest = Math.min(earliest, at.atMillis);
            }
        }
        if (earliest != NEVER) {
            ringBy(earliest);
        }
        for (Deadline late : due) {
            // One that passes may take another back, or set it anew.
            if (late.set && late.atMillis <= now) {
                takeBack(late);
                pass(late);
            }
        }
    }

    private static void pass(Deadline late) {
        try {
            late.passed();
        } catch (Throwable e) { // the others are still to pass, and nothing rings for them again
            LOG.error("what a passed deadline set off has failed", e);
        }
    }
}
