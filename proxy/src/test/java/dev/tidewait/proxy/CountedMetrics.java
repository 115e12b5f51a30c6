package dev.tidewait.proxy;

import dev.tidewait.netty.ConnectFailedException;
import dev.tidewait.proxy.failure.EndCause;
import dev.tidewait.proxy.names.NameFailure;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Remembers what was counted. Any thread. */
final class CountedMetrics implements ProxyMetrics, ListenerMetrics {
    final AtomicInteger accepted = new AtomicInteger();
    final AtomicInteger connected = new AtomicInteger();
    final AtomicInteger requests = new AtomicInteger();
    final List<SentOver> sent = new CopyOnWriteArrayList<>();
    final AtomicLong bytesUp = new AtomicLong();
    final AtomicLong bytesDown = new AtomicLong();
    final List<ConnectFailedException.Reason> connectFailures = new CopyOnWriteArrayList<>();
    final List<NameFailure> nameFailures = new CopyOnWriteArrayList<>();
    final List<EndCause> ended = new CopyOnWriteArrayList<>();

    @Override
    public ListenerMetrics listener(ListenerSettings listener) {
        return this;
    }

    @Override
    public void accepted() {
        accepted.incrementAndGet();
    }

    @Override
    public void connected(long portWaitMillis, long connectNanos) {
        connected.incrementAndGet();
    }

    @Override
    public void nameFailed(NameFailure why) {
        nameFailures.add(why);
    }

    @Override
    public void connectFailed(ConnectFailedException.Reason reason) {
        connectFailures.add(reason);
    }

    @Override
    public void requested() {
        requests.incrementAndGet();
    }

    @Override
    public void requestSent(SentOver connection) {
        sent.add(connection);
    }

    @Override
    public void ended(EndCause cause, long up, long down, long durationNanos) {
        bytesUp.addAndGet(up);
        bytesDown.addAndGet(down);
        ended.add(cause);
    }
}
