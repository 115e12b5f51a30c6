package dev.tidewait.netty;

import dev.tidewait.ports.LineListener;
import dev.tidewait.ports.MustWait;
import dev.tidewait.ports.SourcePool;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves every waiting line at the moment its next floor passes. Called from any thread; works on one event loop. */
final class LineTimer implements LineListener {
    private static final Logger LOG = LoggerFactory.getLogger(LineTimer.class);

    /** A line's next move. */
    private record Alarm(long atMillis, ScheduledFuture<?> timer) {}

    private final EventLoop loop;
    /** Used on {@link #loop} only. */
    private final Map<SourcePool, Alarm> alarms = new HashMap<>();

    LineTimer(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public void lineMoves(SourcePool pool, long atMillis) {
        if (atMillis == MustWait.UNTIL_RELEASE || loop.isShuttingDown()) {
            return;
        }
        if (loop.inEventLoop()) {
            arm(pool, atMillis);
        } else {
            try {
                loop.execute(() -> arm(pool, atMillis));
            } catch (RejectedExecutionException e) {
                LOG.debug("the event loop has ended, nobody moves the line any more", e);
            }
        }
    }

    private void arm(SourcePool pool, long atMillis) {
        Alarm armed = alarms.get(pool);
        if (armed != null && armed.atMillis <= atMillis) {
            return;
        }
        if (armed != null) {
            armed.timer.cancel(false);
        }
        ScheduledFuture<?> timer = loop.schedule(() -> ring(pool), Clock.nanosUntil(atMillis), TimeUnit.NANOSECONDS);
        alarms.put(pool, new Alarm(atMillis, timer));
    }

    private void ring(SourcePool pool) {
        alarms.remove(pool);
        long next = pool.serve(Clock.nowMillis());
        if (next != MustWait.UNTIL_RELEASE) {
            arm(pool, next);
        }
    }
}
