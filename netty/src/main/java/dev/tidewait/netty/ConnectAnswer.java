package dev.tidewait.netty;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.DefaultPromise;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a connect request is answered with. Tells its attempt where nobody waits for it any more; a listener for that would have to be made and kept for
 * each. Any thread.
 */
final class ConnectAnswer extends DefaultPromise<Channel> {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectAnswer.class);

    private final EventLoop loop;
    private final ConnectAttempt attempt;

    ConnectAnswer(EventLoop loop, ConnectAttempt attempt) {
        super(loop);
        this.loop = loop;
        this.attempt = attempt;
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
        boolean cancelled = super.cancel(mayInterrupt);
        if (cancelled) {
            try {
                loop.execute(attempt::cancelled);
            } catch (RejectedExecutionException e) {
                LOG.debug("the event loop has ended, and its connections with it", e);
            }
        }
        return cancelled;
    }
}
