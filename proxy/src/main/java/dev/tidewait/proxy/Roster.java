package dev.tidewait.proxy;

import dev.tidewait.proxy.facts.AccessLog;
import dev.tidewait.proxy.failure.EndCause;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import io.netty.util.concurrent.Ticker;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The members of one event loop, and their deadlines. Owned by that loop, except where a method says otherwise.
 *
 * <p>Deadlines are coarse on purpose: one timer per loop walks the list every few ticks, so arming or moving a deadline is one
 * addition and no connection ever touches a timer queue. A deadline passes up to two
 * sweeps late, never early.
 */
final class Roster {
    static final long NEVER = Long.MAX_VALUE;

    private static final long LOOK_MILLIS = 500;

    private final EventLoop loop;
    private Ticks ticks;
    private final AccessLog accessLog;
    private final Ticker ticker;
    private final KeepAlivePool pool;
    private ScheduledFuture<?> ticking;
    private long tick;
    private @Nullable RosterMember first;
    private int count;
    private volatile int clientCount;
    private final AtomicInteger expected = new AtomicInteger();
    private @Nullable Promise<Integer> drained;
    private long drainTick = NEVER;
    private long lookTick = LOOK_MILLIS;
    private boolean closed;

    Roster(EventLoop loop, Ticks ticks, AccessLog accessLog, KeepAlivePool pool) {
        this.loop = loop;
        this.ticks = ticks;
        this.accessLog = accessLog;
        this.ticker = loop instanceof AbstractScheduledEventExecutor timed ? timed.ticker() : Ticker.systemTicker();
        this.pool = pool;
        this.ticking = schedule();
    }

    private ScheduledFuture<?> schedule() {
        return loop.scheduleWithFixedDelay(
                this::sweep, ticks.sweepMillis(), ticks.sweepMillis(), TimeUnit.MILLISECONDS);
    }

    /** Other time-outs apply to every deadline that is set from now on; those that are set stay. */
    void retime(Ticks next) {
        ticks = next;
        if (!closed && ticking.cancel(false)) {
            ticking = schedule();
        }
    }

    EventLoop loop() {
        return loop;
    }

    /** Of the clock that the loop's timers go by; to be compared with itself only. */
    long nanoTime() {
        return ticker.nanoTime();
    }

    /** Not to be kept: a reload replaces it. */
    Ticks ticks() {
        return ticks;
    }

    /** Where members write what they did. */
    AccessLog accessLog() {
        return accessLog;
    }

    /** The server connections of this loop that wait for a request. */
    KeepAlivePool pool() {
        return pool;
    }

    /** The tick at which a deadline {@code ticksAhead} from now has passed. */
    long deadline(long ticksAhead) {
        return tick + ticksAhead;
    }

    /** Client connections that have not ended. Any thread. */
    int clientCount() {
        return clientCount;
    }

    /** A client connection is about to be registered with this loop. Any thread. */
    void expect() {
        expected.incrementAndGet();
    }

    /** It has been, or never will be. Any thread. */
    void arrived() {
        expected.decrementAndGet();
    }

    /** Client connections that have not ended, and those that are about to come. Any thread. */
    int clientsAndExpected() {
        return clientCount + expected.get();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the loop only
    void add(RosterMember member) {
        RosterMember second = first;
        member.next = second;
        if (second != null) {
            second.previous = member;
        }
        first = member;
        count++;
        if (member.isClient()) {
            clientCount++;
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the loop only
    void remove(RosterMember member) {
        RosterMember before = member.previous;
        if (before == null && !member.equals(first)) {
            throw new IllegalStateException("not in the roster: " + member);
        }
        RosterMember behind = member.next;
        if (before == null) {
            first = behind;
        } else {
            before.next = behind;
        }
        if (behind != null) {
            behind.previous = before;
        }
        member.previous = null;
        member.next = null;
        count--;
        if (member.isClient()) {
            clientCount--;
        }
        if (count == 0 && drained != null) {
            finish(0);
        }
    }

    /** Whether the proxy is about to stop: what is under way may end, nothing new should begin. */
    boolean isDraining() {
        return drained != null || closed;
    }

    /** Whether this roster has been drained; a member that comes later must go at once. */
    boolean isClosed() {
        return closed;
    }

    /**
     * Waits for the end of all members, then resets the rest.
     *
     * @param done gets the number of client connections that had to be reset
     */
    void drain(long drainTicks, Promise<Integer> done) {
        drained = done;
        drainTick = deadline(drainTicks);
        forEach(RosterMember::drainBegins);
        if (count == 0) {
            finish(0);
        } else if (drainTicks == 0) {
            resetRest();
        }
    }

    private void sweep() {
        tick += ticks.sweepMillis();
        if (tick >= drainTick) {
            resetRest();
            return;
        }
        boolean look = tick >= lookTick;
        if (look) {
            lookTick = tick + LOOK_MILLIS;
        }
        RosterMember at = first;
        while (at != null) {
            RosterMember following = at.next;
            if (at.deadlineTick <= tick) {
                at.deadlinePassed();
            } else if (look) {
                at.look();
            }
            at = following;
        }
    }

    private void resetRest() {
        int rest = clientCount;
        Promise<Integer> done = drained;
        drained = null;
        forEach(member -> member.abort(EndCause.DRAINED));
        drained = done;
        finish(rest);
    }

    private void forEach(Consumer<RosterMember> action) {
        RosterMember at = first;
        while (at != null) {
            RosterMember following = at.next;
            action.accept(at);
            at = following;
        }
    }

    private void finish(int resetCount) {
        closed = true;
        ticking.cancel(false);
        Promise<Integer> done = drained;
        drained = null;
        drainTick = NEVER;
        if (done != null) {
            done.setSuccess(resetCount);
        }
    }
}
